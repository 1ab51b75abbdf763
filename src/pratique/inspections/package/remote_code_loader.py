from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report, source_of
from pratique.inspections.rule import Context, rule

PROGRAM = frozenset({"builtins.exec", "builtins.eval", "types.FunctionType", "types.CodeType"})


@rule(
    severity=Severity.CRITICAL,
    topics=("package-end",),
    remedy="Do not install or import it. Fetch what it downloads by hand, with a digest, if it is needed at all.",
    references=("CWE-494", "CWE-829", "AML.T0010", "LLM03:2025"),
)
def remote_code_loader(part: Member, context: Context) -> Iterator[Finding]:
    """Code that executes what it downloads.

    ## What it finds
    What a network call returned, or a file that one wrote, which reaches `exec`, a process, a loader of modules or of native
    libraries; objects that are deserialized (pickle, dill, joblib) from an address of the source; and commands that pipe a download
    into a shell.

    ## Why it matters
    The package that was reviewed is then not the program that runs: whoever answers the request chooses it.

    ## Limits
    What only runs when its user calls it is told, not held, if it is a companion program, a library or an object that an address
    of the user's gave: installers and clusters do so on request. A text that `exec` gets, and an object that is deserialized from
    an address of the source, are held or refused. Digest checks around a download are not understood.

    ## References
    - CWE-494: Download of Code Without Integrity Check
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, "remote-command", "remote-execution", "remote-deserialization"):
        by_itself = (
            Severity.HIGH
            if ending.callee in PROGRAM and ending.addressed
            else Severity.MEDIUM
            if ending.callee in PROGRAM or "numeric" in ending.labels
            else Severity.LOW
        )
        named = ending.kind == "remote-deserialization" and ending.addressed and "network" in ending.labels
        by_itself = max(by_itself, Severity.MEDIUM) if named or ending.kind == "remote-command" else by_itself
        severity = graded(
            ending, imported=Severity.CRITICAL, hook=max(by_itself, Severity.MEDIUM), use=Severity.HIGH, none=by_itself
        )
        yield report(
            context,
            ending,
            f"{ending.callee.removeprefix('builtins.')} executes {source_of(ending) or 'a download'}",
            severity,
            Confidence.HIGH,
        )


RULE = remote_code_loader
