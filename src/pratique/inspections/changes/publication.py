import re
from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

FIELDS = ("Author", "Author-email", "Maintainer", "Maintainer-email", "Home-page", "Project-URL", "License", "License-Expression",
          "Requires-Dist", "Requires-Python")  # fmt: skip
ADDRESSES = ("Author-email", "Maintainer-email")
BUILD = re.compile(r"^\s*(build-backend|backend-path|requires)\s*=\s*(.+?)\s*$", re.MULTILINE)


@rule(
    severity=Severity.MEDIUM,
    topics=("changes-end",),
    remedy="Compare with the project's repository: who is it now, what does it depend on, how is it built?",
    references=("CWE-1357", "ML06:2023"),
)
def publication(part: Member, context: Context) -> Iterator[Finding]:
    """Another author, maintainer, home, dependency or build than in the release before.

    ## What it finds
    Changed fields of the core metadata (METADATA, PKG-INFO) and of `[build-system]`. All are told (LOW); that every author and
    maintainer address is another one weighs MEDIUM.

    ## Why it matters
    Packages are taken over with accounts; a new hand shows in such places first, and new code often comes as a dependency.

    ## Limits
    The fields are what the publisher writes. Who uploaded a file, an index says only through provenance (`changes/publisher`).

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    before, after = context.before.package.documents, context.package.documents
    for path, (where, text) in after.items():
        if path not in before:
            continue
        old, new = _fields(path, before[path][1]), _fields(path, text)
        addresses, others = (set().union(*(f.get(n, set()) for n in ADDRESSES)) for f in (old, new))
        if addresses and others and not addresses & others:
            message = f"new since {context.before.reference}: every author's and maintainer's address is another one"
            yield context.finding(_field(where, "Author-email, Maintainer-email"), message)
        for name in sorted(old.keys() | new.keys()):
            gone, come = old.get(name, set()) - new.get(name, set()), new.get(name, set()) - old.get(name, set())
            if gone or come:
                said = "; ".join([*(f"-{v}" for v in sorted(gone)[:4]), *(f"+{v}" for v in sorted(come)[:4])])
                message = f"new since {context.before.reference}: {name}: {said}"[:300]
                yield context.finding(_field(where, name), message, severity=Severity.LOW, facts={"field": name})


def _field(where: Locator, name: str) -> Locator:
    return Locator(where.path, where.members, pointer=f"/{name}")


def _fields(path: str, text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    if path.endswith("pyproject.toml"):
        section = re.search(r"^\[build-system\](.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
        for match in BUILD.finditer(section[1] if section else ""):
            found.setdefault(match[1], set()).add(match[2])
        return found
    for line in text.partition("\n\n")[0].splitlines():
        name, _, value = line.partition(":")
        if name in FIELDS:
            found.setdefault(name, set()).add(re.sub(r"\s+", " ", value.strip()))
    return found


RULE = publication
