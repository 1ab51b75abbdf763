from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("xml-script",),
    remedy="Ask the publisher for a drawing without scripts, or show it as an image only (`<img>`), where scripts do not run.",
    references=("CWE-79", "CWE-829"),
)
def xml_script(part: Metadata, context: Context) -> Iterator[Finding]:
    """A drawing or form with scripts.

    ## What it finds
    In SVG, in forms of PDF (XFA) and in XML with elements of XHTML: scripts, frames, event handlers (`onload`), addresses
    that are scripts (`javascript:`), and animations that set one of these.

    ## Why it matters
    Opened by itself in a browser or on a page of the model hub, it runs with the rights of that page.

    ## Limits
    Whole pages of XHTML and HTML are left alone. What a script does is not told.

    ## References
    - CWE-79: Cross-site Scripting
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    """
    facts = part.value if isinstance(part.value, dict) else {}
    kind, text = str(facts.get("kind") or ""), str(facts.get("text") or "")
    yield context.finding(part.where, f"it runs {kind}: {text[:120]!r}", excerpt=text, facts={"kind": kind})


RULE = xml_script
