from collections.abc import Iterator

from pratique.code import sensitive
from pratique.code.roots import Reach
from pratique.code.sinks import Ending
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report, source_of
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.CRITICAL,
    topics=("package-end",),
    remedy="Do not install it. If it ran, replace every credential that the account could read, and tell the index.",
    references=("CWE-506", "CWE-200", "AML.T0010", "LLM03:2025"),
)
def credential_exfiltration(part: Member, context: Context) -> Iterator[Finding]:
    """Code that sends secrets away.

    ## What it finds
    The whole environment, files in which programs keep credentials (SSH, cloud, browsers, wallets), key rings, or the
    secret variables of three or more services, which reach a network call, in whatever form. A platform's secret (cloud,
    repository, database) that goes to a host which is not the platform's; copies of such files, and keystrokes, that the
    module sends; pictures of the screen, of a camera, or sound; the source of the program that imported the package; a
    header with a secret that goes to another address; a private key that is posted; a password that is posted in a request
    whose answer nobody looks at; what a notebook has named.

    ## Why it matters
    It is what compromised releases do first: a stolen token is the way into the next package.

    ## Limits
    One service's own key that is sent is ordinary use. A single kind of credential in a function that nothing reaches is
    told only: clients read their own configuration.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-200: Exposure of Sensitive Information
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, "exfiltration"):
        severity = graded(
            ending, imported=Severity.CRITICAL, hook=Severity.HIGH, use=Severity.HIGH, none=Severity.MEDIUM
        )
        if ending.reach < Reach.IMPORT and not _beyond_clients(ending):
            severity = Severity.LOW
        yield report(
            context,
            ending,
            f"{ending.callee.removeprefix('builtins.')} sends {source_of(ending)}",
            severity,
            Confidence.HIGH,
        )


def _beyond_clients(ending: Ending) -> bool:
    """Whether no client of one service has a use for what is sent: several kinds of secrets, or one that is not its own."""
    labels = ending.labels
    files = [label for label in labels if label.startswith("credential:")]
    here = {label for label, origin in zip(labels, ending.origins, strict=False) if origin.path == ending.module.path}
    elsewhere = {label.removeprefix("variable:").split("_")[0] for label in here if label.startswith("variable:")}
    if {"environment", "capture", "intercepted", "private-key", "users-files", sensitive.CALLER} & set(labels) or len(
        files
    ) > 1:
        return True
    if any(sensitive.NOBODYS.search(label) for label in files) or (files and "identity" in labels):
        return True
    headers = any(label.startswith(("header:", "secret:")) for label in labels)
    by_command = bool(ending.note) and not labels
    return (ending.addressed and bool(elsewhere & sensitive.INFRASTRUCTURE.keys())) or headers or by_command


RULE = credential_exfiltration
