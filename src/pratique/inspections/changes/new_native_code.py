import re
from collections.abc import Iterator

from pratique.code.built import is_source_of
from pratique.code.package import release_path
from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

# What builds put into names: hashes of bundled libraries, ABI tags, versions.
VARIES = re.compile(r"-[0-9a-f]{8}(?=\.)|\.(?:cpython|abi|pypy|cp)[\w-]*(?=\.)|[\d.]+")


@rule(
    severity=Severity.MEDIUM,
    topics=("changes-end",),
    remedy="Ask the project what the machine code is for, and where its source and its build are.",
    references=("CWE-506", "CWE-829", "ML06:2023"),
)
def new_native_code(part: Member, context: Context) -> Iterator[Finding]:
    """Machine code that the release before did not carry.

    ## What it finds
    Executables and shared libraries by name, without the hashes and tags that builds put into names. The first machine code in a
    package that had none weighs MEDIUM; one more is told (LOW), and so is what a wheel for one platform has beside its own source.

    ## Why it matters
    Machine code is the part of a release that nobody reads.

    ## Limits
    A library that was there and changed is not compared.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    known = {VARIES.sub("", release_path(native.where)) for native in context.before.package.natives}
    seen: set[str] = set()
    compiled = is_source_of(context.before.package, context.package)
    for native in context.package.natives:
        name = VARIES.sub("", release_path(native.where))
        if name not in known | seen:
            expected = known or (compiled and context.package.is_for_platform(native.where))
            severity = Severity.LOW if expected else Severity.MEDIUM
            seen.add(name)
            message = f"new since {context.before.reference}: machine code ({native.kind})"
            yield context.finding(native.where, message, severity=severity, facts={"kind": native.kind})


RULE = new_native_code
