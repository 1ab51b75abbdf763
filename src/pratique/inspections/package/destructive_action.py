from collections.abc import Iterator

from pratique.code.sinks import Ending
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not run it.",
    references=("CWE-506", "CWE-912", "AML.T0010"),
)
def destructive_action(part: Member, context: Context) -> Iterator[Finding]:
    """Code that destroys what is not its own.

    ## What it finds
    `shutil.rmtree` of a home or system folder, commands that erase folders or disks, and a clipboard whose text is replaced
    by the address of a wallet, files of the user that are replaced by what was made of them; and miners.

    ## Why it matters
    Protestware and wipers are published as packages; nothing that a library does needs it.

    ## Limits
    Targets that are computed are not known.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-912: Hidden Functionality
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for ending in endings(context, "destruction"):
        severity = graded(ending, imported=Severity.HIGH, hook=Severity.MEDIUM, use=Severity.HIGH, none=Severity.MEDIUM)
        yield report(
            context,
            ending,
            f"{_callee(ending)} destroys or replaces what is the user's",
            severity,
            Confidence.HIGH,
        )

    for ending in endings(context, "mining"):
        severity = Severity.LOW if ending.module.aside else Severity.HIGH
        yield report(context, ending, f"{_callee(ending)} starts a miner", severity, Confidence.HIGH)


def _callee(ending: Ending) -> str:
    return ending.callee.removeprefix("builtins.")


RULE = destructive_action
