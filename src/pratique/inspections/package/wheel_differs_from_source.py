from collections.abc import Iterator

from pratique.code.built import Difference, Pair, differences, machine_code, pairs
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

MAX_TOLD = 20  # of the modules of one wheel that only differ


@rule(
    severity=Severity.MEDIUM,
    topics=("package-end",),
    remedy="Build the wheel from the source archive and compare. Until it is explained, install the source: `--no-binary NAME`.",
    references=("CWE-506", "CWE-353", "ML06:2023", "AML.T0010", "LLM03:2025"),
)
def wheel_differs_from_source(part: Member, context: Context) -> Iterator[Finding]:
    """A wheel with modules that the source archive of the same release does not hold.

    ## What it finds
    Where an artifact holds both, Python modules of the wheel that are nowhere in the source archive with that content, at the first
    line that differs (LOW). MEDIUM where they do what the source does not: calls that execute, start a process, reach the network,
    decode or read credentials; code that runs whenever Python starts; machine code in a wheel for any platform.

    ## Why it matters
    The source is what people review, and the wheel is what is installed. What is only in the wheel was put in by its build, or by
    whoever had the build or the upload in hand.

    ## Limits
    What builds write by rule (versions, stubs of protoc) is not told as long as it reaches nothing. Calls are compared by the first
    240 characters of their text; one with the same text and other values is not new. Machine code of wheels for one platform, and
    what is compiled, is not compared: that takes building it again.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-353: Missing Support for Integrity Check
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    for pair in pairs(context.package):
        yield from _of_pair(pair, context)


def _of_pair(pair: Pair, context: Context) -> Iterator[Finding]:
    source = pair.source[0]
    for native in machine_code(context.package, pair):
        message = f"machine code ({native.kind}) in a wheel for any platform, which {source} does not hold"
        yield context.finding(native.where, message, facts={"source": source})
    told = 0
    for found in differences(context.package, pair):
        if not context.first((found.module.path, found.module.data)):
            continue  # another wheel of the release holds the same
        if not found.read and context.first(pair):
            yield context.finding(
                found.module.where, f"so much is not that of {source} that not all of it was compared"
            )
        grave = list(_grave(found, source, context))
        yield from grave
        if not grave and not found.generated:
            told += 1
            if told <= MAX_TOLD:
                yield _plain(found, source, context)
    if told > MAX_TOLD:
        message = f"{told - MAX_TOLD} more of its modules are not those of {source}"
        yield context.finding(Locator(pair.wheel[0], pair.wheel[1:]), message, severity=Severity.LOW)


def _grave(found: Difference, source: str, context: Context) -> Iterator[Finding]:
    where = found.module.where
    if found.starts:
        yield context.finding(where, f"it runs whenever Python starts, and {source} does not hold it")
    for site in found.sites:
        when = "when it is imported or installed" if site.at_import else "when it is called"
        yield context.finding(
            Locator(where.path, where.members, site.offset, line=site.line, pointer=where.pointer),
            f"it calls {site.name.removeprefix('builtins.')} {when}, which {source} does not",
            confidence=Confidence.MEDIUM,
            excerpt=site.text,
            facts={"callable": site.name, "at_import": site.at_import, "source": source},
        )


def _plain(found: Difference, source: str, context: Context) -> Finding:
    where = found.module.where
    message = f"{source} holds it with other content" if found.source is not None else f"{source} does not hold it"
    line = Locator(where.path, where.members, line=found.line, pointer=where.pointer)
    return context.finding(line, message, severity=Severity.LOW)


RULE = wheel_differs_from_source
