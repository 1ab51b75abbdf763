import re
from collections.abc import Iterator

from jinja2 import nodes

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import constant, tree_of, walk

ADDRESS = re.compile(
    r"(?:https?|wss?|ftp)://[\w.-]+|\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"
)
# RFC 2606 and what JSON schemas are named by.
NAMES_ONLY = re.compile(r"(?:^|[/.@])(?:example\.(?:com|org|net)|json-schema\.org|schema\.org|w3\.org|localhost)\b")


@rule(
    severity=Severity.MEDIUM,
    topics=("jinja2",),
    remedy="Ask the publisher why prompts name this address, or take the template of the declared base model.",
    references=("LLM01:2025", "AML.T0051"),
)
def template_address(part: Template, context: Context) -> Iterator[Finding]:
    """A template that writes an address into prompts.

    ## What it finds
    A URL, an e-mail address or an IP address in text that the template adds, outside of the names kept for examples.

    ## Why it matters
    Whoever may put an address into every prompt can send users, tools and data there.

    ## Limits
    Addresses that are put together from values of the conversation are not seen.

    ## References
    - OWASP LLM01:2025: Prompt Injection
    - MITRE ATLAS AML.T0051: LLM Prompt Injection
    """
    tree = tree_of(part, context)
    if tree is None or part.role != "chat":
        return
    for node in walk(tree):
        text = node.data if isinstance(node, nodes.TemplateData) else constant(node)
        for address in ADDRESS.findall(text or "")[:20]:
            if not NAMES_ONLY.search(address) and context.first((part.where, address)):
                message = f"the {part.role} template writes the address {address[:80]!r} into prompts"
                yield context.finding(part.where, message, excerpt=address, facts={"template_line": node.lineno})


RULE = template_address
