from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Delete the bytecode: Python compiles the source anew. Ask the publisher where it came from.",
    references=("CWE-506", "CWE-912", "AML.T0010"),
)
def bytecode_differs(part: Member, context: Context) -> Iterator[Finding]:
    """Bytecode that was not compiled from the source beside it.

    ## What it finds
    A `.pyc` file that uses names, or holds addresses, that its source does not mention. HIGH if they execute or send (`exec`,
    `system`, `subprocess`, `urlopen`, `socket` …), MEDIUM otherwise. Of bytecode that executes or sends, every string is held
    against the source, of other bytecode addresses only.

    It is LOW where its header gives another size for the source than it has: Python passes such a cache over.

    ## Why it matters
    Reviewers read the source, and Python runs the bytecode in its stead where size and time in its header agree with the file's,
    or where its hash is not compared (PEP 552).

    ## Limits
    Names and strings are compared, not instructions: bytecode that uses nothing but the words of its source passes.
    Of 300 modules of the standard library of Python 3.11, compiled at three levels of optimisation, none differed. Of 155 popular
    wheels one carries caches of older sources, 56 of them, all with other sizes.
    Names are not compared with sources that hold characters outside ASCII, which identifiers may spell in several ways (NFKC).

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-912: Hidden Functionality
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for found in context.package.differing_bytecode():
        acting = found.acting
        shown = acting or (*found.names, *found.strings)[:5]
        more = len(found.names) + len(found.strings) - len(shown)
        rest = f" and {more} more" if more > 0 else ""
        what = ", ".join(s[:80] for s in shown)
        begin = "it is of another version, which Python passes over, and" if found.stale else "it"
        yield context.finding(
            found.where,
            f"{begin} was not compiled from {found.source}, which does not mention {what}{rest}",
            severity=Severity.LOW if found.stale else Severity.HIGH if acting else Severity.MEDIUM,
            facts={"source": found.source, "names": ",".join(found.names)[:500]},
        )


RULE = bytecode_differs
