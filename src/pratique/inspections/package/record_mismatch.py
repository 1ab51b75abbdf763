import base64
import binascii
import csv
from collections.abc import Iterator
from itertools import islice

from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

MAX_LINES = 200_000
# What a RECORD does not list or hash, and what installers and interpreters add (binary distribution format, "The .dist-info
# directory"; PEP 376; PEP 610).
UNLISTED = (".dist-info/RECORD", ".dist-info/RECORD.jws", ".dist-info/RECORD.p7s", ".dist-info/direct_url.json")
RUNS = (".py", ".pth", ".so", ".pyd", ".dll", ".dylib", ".exe", ".pyc")


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Install it again from the index with hashes, and find out who changed the file.",
    references=("CWE-353", "CWE-494", "CWE-506", "ML06:2023"),
)
def record_mismatch(part: Member, context: Context) -> Iterator[Finding]:
    """A wheel or installed distribution whose files are not those that its RECORD lists.

    ## What it finds
    Files with another SHA-256 than their RECORD says (HIGH); files that run and stand in no RECORD of their wheel (MEDIUM); listed
    files that a wheel does not hold (LOW). In an installed environment, changed files, and path files of no distribution.

    ## Why it matters
    The RECORD is written when the wheel is built. What differs from it was put in afterwards.

    ## Limits
    Whoever changes a file can write its new hash into the RECORD too: compare with the index, or use `pratique verify`.
    Missing files of an environment are not reported; installers and users remove some.

    ## References
    - CWE-353: Missing Support for Integrity Check
    - CWE-494: Download of Code Without Integrity Check
    - CWE-506: Embedded Malicious Code
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    listed: set[str] = set()
    for place, (where, text) in context.package.records.items():
        entries = dict(_entries(text))
        if where.members:
            yield from _wheel(place, where, entries, context)
        else:
            folder = where.path.rpartition("/")[0].rpartition("/")[0]
            paths = {(f"{folder}/{name}" if folder else name): digest for name, digest in entries.items()}
            listed |= paths.keys()
            yield from _installed(paths, context)
    if listed:
        for path, member in context.members.items():
            if path.endswith(".pth") and path not in listed and member.type == "file":
                yield context.finding(
                    Locator(path), "a path file that belongs to no distribution", severity=Severity.MEDIUM
                )


def _wheel(place: tuple[str, ...], where: Locator, entries: dict[str, str], context: Context) -> Iterator[Finding]:
    held = {key[-1]: value for key, value in context.package.digests.items() if key[:-1] == place[:-1]}
    if not held:
        return
    for path, (at, digest) in held.items():
        if path.endswith(UNLISTED):
            continue
        if path not in entries:
            severity = Severity.MEDIUM if path.endswith(RUNS) else Severity.LOW
            yield context.finding(at, "the wheel's RECORD does not list it", severity=severity)
        elif entries[path] and entries[path] != digest:
            yield context.finding(
                at, f"the wheel's RECORD promises sha256 {entries[path][:16]}…, and it has {digest[:16]}…"
            )
    for path in sorted(entries.keys() - held.keys())[:100]:
        if not path.endswith("/"):
            place_ = Locator(where.path, where.members, pointer=f"/{path}")
            yield context.finding(place_, f"it lists {path}, which the wheel does not hold", severity=Severity.LOW)


def _installed(paths: dict[str, str], context: Context) -> Iterator[Finding]:
    for path, digest in paths.items():
        member = context.members.get(path)
        if member is not None and member.type == "file" and digest and member.digest not in ("", digest):
            promised, found = digest[:16], member.digest[:16]
            message = f"it was changed after it was installed: RECORD promises sha256 {promised}…, and it has {found}…"
            yield context.finding(Locator(path), message)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Path and SHA-256 in hexadecimal, or "" where the line gives none that is compared."""
    for row in _rows(text):
        if not row:
            continue
        digest = ""
        if len(row) > 1 and row[1].startswith("sha256="):
            try:
                digest = base64.urlsafe_b64decode(row[1].removeprefix("sha256=") + "==").hex()
            except (ValueError, binascii.Error):
                digest = "not base64"
        yield row[0].replace("\\", "/").removeprefix("./"), digest


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from islice(csv.reader(text.splitlines()), MAX_LINES)
    except csv.Error:
        return  # what follows counts as not listed


RULE = record_mismatch
