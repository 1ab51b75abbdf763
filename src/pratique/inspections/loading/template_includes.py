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
    references=("CWE-73", "CWE-1336", "LLM03:2025"),
)
def template_includes(part: Template, context: Context) -> Iterator[Finding]:
    """A chat template that reads other files.

    ## What it finds
    `include`, `import`, `from … import` and `extends`.

    ## Why it matters
    A chat template is one string; what it includes comes from the file system of whoever renders it.

    ## Limits
    None.

    ## References
    - CWE-73: External Control of File Name or Path
    - Jinja documentation, Template Inheritance and Include
    """
    tree = tree_of(part, context)
    if tree is None or part.role != "chat":
        return  # other templates of a repository (a web page, a generator) do include each other
    for node in walk(tree):
        if isinstance(node, nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends):
            what = constant(node.template) or "a computed name"
            yield context.finding(
                part.where,
                f"rendering the {part.role} template reads another template ({what}, template line {node.lineno})",
                excerpt=" ".join(part.source.splitlines()[node.lineno - 1 : node.lineno])[:250],
                facts={"template_line": node.lineno, "template": what},
            )


RULE = template_includes
