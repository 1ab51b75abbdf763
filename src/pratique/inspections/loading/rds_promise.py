from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("rds-promise",),
    remedy="Do not open it. Ask for the data in a format without code (CSV, Parquet).",
    references=("CWE-502", "CVE-2024-27322", "AML.T0011.000"),
)
def rds_promise(part: Broken, context: Context) -> Iterator[Finding]:
    """An R file that holds a promise.

    ## What it finds
    A promise (code with the environment to evaluate it in) that is a value of the file, outside of an environment.

    ## Why it matters
    R evaluates it as soon as the value is looked at: printing, or just loading a lazy package database, runs the
    code (CVE-2024-27322).

    ## Limits
    The expression is not decoded. Promises inside of environments are `structure/rds-lazy-code`.

    ## References
    - CVE-2024-27322; CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = rds_promise
