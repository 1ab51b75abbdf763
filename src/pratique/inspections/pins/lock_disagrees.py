from collections.abc import Iterator
from posixpath import dirname

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule
from pratique.pins.model import PinFile

LOCKS = frozenset({"pylock", "uv", "poetry", "pdm"})


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Lock again from the project file, and look at what changes.",
    references=("CWE-1357", "ML06:2023"),
)
def lock_disagrees(part: Member, context: Context) -> Iterator[Finding]:
    """A lock that does not satisfy the project file beside it.

    ## What it finds
    A package for which `pyproject.toml` asks a range, and whose every locked version lies outside of it.

    ## Why it matters
    The lock was not made from this project file: it is stale, or somebody edited it.

    ## Limits
    Environment markers are not evaluated: a range under a marker is compared only if no other range of the package fits.

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    files = context.pins.files()
    for project in (f for f in files if f.kind == "pyproject"):
        folder = dirname((project.where.members or (project.where.path,))[-1])
        for lock in (f for f in files if f.kind in LOCKS):
            if dirname((lock.where.members or (lock.where.path,))[-1]) == folder:
                yield from _compared(project, lock, context)


def _compared(project: PinFile, lock: PinFile, context: Context) -> Iterator[Finding]:
    asked: dict[str, list[str]] = {}
    for pin in project.pins:
        if pin.source == "index":
            asked.setdefault(pin.name, []).append(pin.specifier)
    locked: dict[str, list[tuple[str, int]]] = {}
    for pin in lock.pins:
        if pin.version and pin.source == "index":
            locked.setdefault(pin.name, []).append((pin.version, pin.line))
    for name, versions in locked.items():
        ranges = asked.get(name)
        if ranges and not any(_fits(version, text) for version, _ in versions for text in ranges):
            version, line = versions[0]
            message = f"{name} is locked at {version}, and {project.place(0)} asks for {' or '.join(ranges)}"
            yield context.finding(lock.place(line), message)


def _fits(version: str, specifier: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True  # what cannot be compared is not said to disagree


RULE = lock_disagrees
