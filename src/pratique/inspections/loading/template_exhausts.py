from collections.abc import Iterator

from jinja2 import nodes

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import tree_of, walk

LARGE = 100_000  # jinja2.sandbox.MAX_RANGE


@rule(
    severity=Severity.MEDIUM,
    topics=("jinja2",),
    remedy=(
        "Do not render it. Take the template of the declared base model instead, or write one without these "
        "expressions."
    ),
    references=("CWE-400", "CWE-1336"),
)
def template_exhausts(part: Template, context: Context) -> Iterator[Finding]:
    """A template that exhausts the process.

    ## What it finds
    `range`, multiplication or powers with numbers above 100,000, also as the product of loops inside of loops.

    ## Why it matters
    Rendering it would take all memory or time, at every request.

    ## Limits
    Loops whose length depends on the conversation are not judged.

    ## References
    - CWE-400: Uncontrolled Resource Consumption
    - Jinja documentation, Sandbox: `range` is limited to 100000 there
    """
    tree = tree_of(part, context)
    if tree is None or part.role != "chat":
        return
    for node, times in _counted(tree):
        if times > LARGE:
            message = f"rendering the {part.role} template counts to {times} (template line {node.lineno})"
            yield context.finding(part.where, message, facts={"template_line": node.lineno})
    for node in walk(tree):
        if isinstance(node, nodes.Mul | nodes.Pow):
            factors = [c.value for c in (node.left, node.right) if isinstance(c, nodes.Const)]
            if any(isinstance(f, int) and abs(f) > LARGE for f in factors):
                yield context.finding(
                    part.where,
                    f"rendering the {part.role} template multiplies by {factors} (template line {node.lineno})",
                    facts={"template_line": node.lineno},
                )


def _counted(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Every `range`, with how often it counts in all: loops inside of loops multiply."""
    pending: list[tuple[nodes.Node, int]] = [(tree, 1)]
    while pending:
        node, times = pending.pop()
        if isinstance(node, nodes.Call):
            count = _numbers(node)
            if count:
                yield node, times * count
        inside = times * max(_numbers(node.iter), 1) if isinstance(node, nodes.For) else times
        for child in node.iter_child_nodes():
            pending.append((child, inside if isinstance(node, nodes.For) and child is not node.iter else times))


def _numbers(node: nodes.Node) -> int:
    """How far `range(…)` counts, with constant arguments; 0 for anything else."""
    if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "range"):
        return 0
    return max((a.value for a in node.args if isinstance(a, nodes.Const) and isinstance(a.value, int)), default=0)


RULE = template_exhausts
