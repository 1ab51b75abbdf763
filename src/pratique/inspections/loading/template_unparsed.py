from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Template
from pratique.inspections.rule import Context, rule
from pratique.inspections.templates import tree_of


@rule(
    severity=Severity.MEDIUM,
    topics=("jinja2",),
    remedy=(
        "Do not render it. Take the template of the declared base model instead, or write one without these "
        "expressions."
    ),
    references=("CWE-1336", "AML.T0010", "LLM03:2025"),
)
def template_unparsed(part: Template, context: Context) -> Iterator[Finding]:
    """A template that does not parse.

    ## What it finds
    A chat template that Jinja, with the extensions that transformers uses, cannot parse, or that is larger than 1
    MiB.

    ## Why it matters
    Another renderer (minja, a patched Jinja) may read it all the same.

    ## Limits
    None.

    ## References
    - CWE-1336: Improper Neutralization of Special Elements Used in a Template Engine
    - transformers, chat_template_utils.py
    """
    if part.role == "chat" and tree_of(part, context) is None:
        yield context.finding(
            part.where, f"the {part.role} template does not parse as Jinja, so what it does is not known"
        )


RULE = template_unparsed
