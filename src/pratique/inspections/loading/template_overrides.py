import re
from collections.abc import Iterator

from jinja2 import nodes

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import constant, tree_of, walk

SETS_ASIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|set aside)\b[^.!?\n]{0,60}\b(?:instruction|rule|guideline|polic(?:y|ies)|"
    r"safety|safeguard|restriction|system prompt|told)",
    re.IGNORECASE,
)


@rule(
    severity=Severity.MEDIUM,
    topics=("jinja2",),
    remedy="Do not render it. Take the template of the declared base model instead, or remove the sentence.",
    references=("LLM01:2025", "AML.T0051"),
)
def template_overrides(part: Template, context: Context) -> Iterator[Finding]:
    """A template that tells the model to set rules aside.

    ## What it finds
    In the text that a template adds: a sentence that tells to ignore, forget or bypass instructions, rules or safety.

    ## Why it matters
    The template speaks in every conversation with the authority of the operator, and its text is seen by nobody.

    ## Limits
    It knows English sentences of this kind and no paraphrase. Not to tell the user of tool calls is asked by honest
    templates, so secrecy is not reported. Whether other text is wanted is for a person to say.

    ## References
    - OWASP LLM01:2025: Prompt Injection
    - MITRE ATLAS AML.T0051: LLM Prompt Injection
    """
    tree = tree_of(part, context)
    if tree is None or part.role != "chat":
        return
    for node in walk(tree):
        text = (node.data if isinstance(node, nodes.TemplateData) else constant(node)) or ""
        found = SETS_ASIDE.search(text)
        if found and context.first((part.where, found[0])):
            message = f"the {part.role} template tells the model: {' '.join(found[0].split())!r}"
            yield context.finding(part.where, message, excerpt=found[0], facts={"template_line": node.lineno})


RULE = template_overrides
