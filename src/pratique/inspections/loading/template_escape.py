import re
from collections.abc import Iterator

from jinja2 import nodes

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import constant, tree_of, walk

WALKS = frozenset(
    {
        "__class__", "__globals__", "__builtins__", "__subclasses__", "__bases__", "__base__", "__mro__", "mro", "__init__",
        "__dict__", "__code__", "__closure__", "__import__", "__getattribute__", "__getitem__", "__call__", "__self__", "__func__",
        "__module__", "__loader__", "__reduce__", "__reduce_ex__", "__init_subclass__", "__new__", "__del__", "__enter__",
        "func_globals", "func_code", "gi_frame", "gi_code", "cr_frame", "cr_code", "ag_frame", "f_globals", "f_builtins",
        "f_locals", "f_back", "tb_frame", "_TemplateReference__context", "_module", "__wrapped__",
    }
)  # fmt: skip
BY_ATTRIBUTE = ("map", "selectattr", "rejectattr", "sort", "groupby", "sum", "unique", "min", "max")
FIELD = re.compile(r"\{([^{}]{1,500})\}")
STEP = re.compile(r"[\w$]+")


@rule(
    severity=Severity.CRITICAL,
    topics=("jinja2",),
    remedy=(
        "Do not render it. Take the template of the declared base model instead, or write one without these "
        "expressions."
    ),
    references=("CWE-1336", "CVE-2024-34359", "AML.T0010", "LLM03:2025"),
)
def template_escape(part: Template, context: Context) -> Iterator[Finding]:
    """A template that climbs out of its sandbox.

    ## What it finds
    An attribute, item, `attr` or `map` filter, or format string that reaches a special attribute (`__class__`,
    `__globals__`, `__subclasses__`, `mro`, `gi_frame` …), also where the name is put together from constants.

    ## Why it matters
    Chat templates are rendered whenever the model is used. From any object these attributes lead to every function
    of the process; sandboxes have been escaped this way (CVE-2024-34359, CVE-2024-56326, CVE-2025-27516).

    ## Limits
    A name that is computed from the conversation is `template-computed-attribute`.

    ## References
    - CWE-1336: Improper Neutralization of Special Elements Used in a Template Engine
    - CVE-2024-34359: llama-cpp-python renders chat templates without a sandbox
    - OWASP LLM03:2025: Supply Chain
    """
    tree = tree_of(part, context)
    if tree is None:
        return
    for node in walk(tree):
        reached = _reached(node)
        if reached is not None and reached.strip("\"'") in WALKS:
            yield context.finding(
                part.where,
                f"rendering the {part.role} template reaches {reached!r} (template line {node.lineno}), a way out of its sandbox",
                excerpt=line_of(part.source, node.lineno),
                facts={"attribute": reached, "template_line": node.lineno},
            )


def _reached(node: nodes.Node) -> str | None:
    """The attribute that a node takes: `a.b`, `a["b"]`, `a|attr("b")`, `a|map(attribute="b")`."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem):
        return constant(node.arg)
    if isinstance(node, nodes.Filter) and node.name == "attr":
        return constant(node.args[0]) if node.args else None
    if isinstance(node, nodes.Filter) and node.name in BY_ATTRIBUTE:
        given = [constant(k.value) for k in node.kwargs if k.key == "attribute"] + [constant(a) for a in node.args]
        parts = [p for text in given if text for p in text.split(".")]
        return next((p for p in parts if p in WALKS), None)
    if isinstance(node, nodes.Name) and node.name in WALKS:
        return node.name
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return node.value if node.value in WALKS else _formatted(node.value)
    return None


def _formatted(text: str) -> str | None:
    """The special attribute that a field of a format string takes: `{0.__class__}`, `{0[__globals__]}`."""
    for field in FIELD.findall(text):
        steps = STEP.findall(field.split("!")[0].split(":")[0])[1:]
        if steps and ("." in field or "[" in field):
            found: str | None = next((step for step in steps if step in WALKS), None)
            if found:
                return found
    return None


def line_of(source: str, line: int) -> str:
    lines = source.splitlines()
    return lines[line - 1][:250] if 0 < line <= len(lines) else ""


RULE = template_escape
