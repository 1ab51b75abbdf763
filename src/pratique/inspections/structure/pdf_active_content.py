from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("pdf-action",),
    remedy="Ask the publisher for a document without scripts and actions, or print it to a new PDF in a sandbox.",
    references=("CWE-829", "CWE-94", "AML.T0010"),
)
def pdf_active_content(part: Metadata, context: Context) -> Iterator[Finding]:
    """A PDF that runs or reaches something.

    ## What it finds
    JavaScript anywhere in the document; an action that launches a program, plays a rendition with a script or starts rich
    media; and, where it starts by itself (`/OpenAction`, `/AA`), an action that opens an address or another file, or sends or
    imports form data. Names are compared as a reader takes them (`/J#61vaScript`), in packed objects too.

    ## Why it matters
    Some readers run these when the document is opened. A data set, a model card or a paper beside a model needs none of them.

    ## Limits
    Links that a person has to click are left alone. What the script does is not told.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - CWE-94: Code Injection
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    facts = part.value if isinstance(part.value, dict) else {}
    action, trigger, target = (str(facts.get(key) or "") for key in ("action", "trigger", "target"))
    if not context.first((part.where, action, trigger, target)):
        return
    started = f" by itself ({trigger})" if trigger else ""
    message = f"it holds the action {action}{started}" + (f": {target[:120]!r}" if target else "")
    yield context.finding(part.where, message, excerpt=target, facts={"action": action, "trigger": trigger})


RULE = pdf_active_content
