from collections.abc import Iterator

from jinja2 import nodes

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import constant, tree_of, walk


@rule(
    severity=Severity.HIGH,
    topics=("jinja2",),
    remedy=(
        "Do not render it. Take the template of the declared base model instead, or write one without these "
        "expressions."
    ),
    references=("CWE-1336", "AML.T0010", "LLM03:2025"),
)
def template_computed_attribute(part: Template, context: Context) -> Iterator[Finding]:
    """A template that takes an attribute by a computed name.

    ## What it finds
    The `attr` filter with a name that is not a constant, and `format` of a text that is not: a format string takes
    attributes too.

    ## Why it matters
    No template of a conversation needs it; it hides which attribute is reached.

    ## Limits
    Items by a computed key (`message[key]`) are usual and not reported.

    ## References
    - CWE-1336: Improper Neutralization of Special Elements Used in a Template Engine
    - Jinja documentation, `attr` filter
    """
    tree = tree_of(part, context)
    if tree is None or part.role != "chat":
        return
    for node in walk(tree):
        if _computed(node):
            yield context.finding(
                part.where,
                f"rendering the {part.role} template takes an attribute whose name is computed (template line {node.lineno})",
                excerpt=" ".join(part.source.splitlines()[node.lineno - 1 : node.lineno])[:250],
                facts={"template_line": node.lineno},
            )


def _computed(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Filter) and node.name == "attr":
        return bool(node.args) and constant(node.args[0]) is None
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        words = node.node.node
        # A name may stand for a constant; what was said may not be a format.
        said = not isinstance(words, nodes.Name) and constant(words) is None
        return node.node.attr in ("format", "format_map") and said
    return False


RULE = template_computed_attribute
