from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.flows import endings, graded, report
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Do not install it. Replace publishing tokens of accounts and pipelines in which it ran.",
    references=("CWE-506", "CWE-200", "AML.T0010", "LLM03:2025"),
)
def token_use(part: Member, context: Context) -> Iterator[Finding]:
    """Code that uses the tokens with which packages are published.

    ## What it finds
    A publishing token's variable (PyPI, twine, npm, the identity tokens of a pipeline) that is sent away, and commands that
    publish a package.

    ## Why it matters
    A worm spreads so: the machine that installs one package publishes the next one.

    ## Limits
    Release tools do it on request, in functions that nothing reaches: these are told only.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-200: Exposure of Sensitive Information
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for ending in endings(context, "publishing"):
        severity = graded(ending, imported=Severity.HIGH, hook=Severity.LOW, use=Severity.MEDIUM, none=Severity.LOW)
        yield report(
            context,
            ending,
            f"{ending.callee.removeprefix('builtins.')} publishes, or sends a publishing token,",
            severity,
            Confidence.HIGH,
        )


RULE = token_use
