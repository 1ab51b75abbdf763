from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("xml-external", "xml-expansion"),
    remedy=(
        "Do not load it. No model format needs entities, includes or a document type: ask for a file without them."
    ),
    references=("CWE-611", "CWE-776", "CWE-918"),
)
def xml_external_entity(part: Metadata, context: Context) -> Iterator[Finding]:
    """An XML declaration that reads files, reaches servers, or grows without end.

    ## What it finds
    External entities, document types of models, inclusions, and entities made of other entities.

    ## Why it matters
    A loader that follows them reads a file of the host into the model, or calls a server; nested entities fill its
    memory.

    ## Limits
    Most parsers follow nothing by default; whether yours does is not visible from here. Document types of the W3C
    and of
    Apple's property lists are silent.

    ## References
    - CWE-611: Improper Restriction of XML External Entity Reference; CWE-776: XML Entity Expansion; CWE-918: SSRF
    """
    value = part.value if isinstance(part.value, dict) else {}
    target = str(value.get("target", ""))
    if part.document == "xml-expansion":
        message = f"the entity {value.get('entity')!r} is made of {value.get('references')} others"
    else:
        message = f"the {value.get('kind')} is fetched from {target!r}"
    yield context.finding(part.where, message, excerpt=target)


RULE = xml_external_entity
