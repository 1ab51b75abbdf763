import re
from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Text
from pratique.inspections.rule import Context, rule

NAMES = re.compile(
    r"(?:^|/)[\w.-]*(?:requirements?|constraints?)[\w.-]*\.(?:txt|in)$|(?:^|/)requirements/[\w.-]+\.(?:txt|in)$", re.I
)
URL = re.compile(r"(?:[a-z0-9]+\+)?(?:https?|ftp|ssh|git)://[^\s;'\"]{1,500}", re.I)
OPTION = re.compile(r"^\s*(--index-url|-i|--extra-index-url|--find-links|-f|--trusted-host)[=\s]+(\S+)", re.I)
ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]|0x[0-9a-fA-F]+|\d{8,10}")
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
MAX_LINES = 5000


@rule(
    severity=Severity.MEDIUM,
    topics=("text",),
    remedy="Install from an index that you chose yourself, with `--require-hashes`; ask the publisher why another place is needed.",
    references=("CWE-494", "CWE-829", "ML06:2023", "AML.T0010"),
)
def requirements_from_elsewhere(part: Text, context: Context) -> Iterator[Finding]:
    """A requirements file that takes packages from an unusual or unprotected place.

    ## What it finds
    In `requirements*.txt` and `constraints*.txt`: an index, a page of links or a package URL on an IP address, over plain HTTP or
    FTP; and `--trusted-host`, which turns the checks of certificates off.

    ## Why it matters
    `pip install -r` executes the build of every source distribution that such a place serves, or that anyone on the way puts
    there.

    ## Limits
    Hosts that are reached safely serve what anyone uploads to them: names, versions and further indexes are not judged here.

    ## References
    - CWE-494: Download of Code Without Integrity Check
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    where = part.where
    if not NAMES.search((where.members or (where.path,))[-1]):
        return
    for number, line in enumerate(part.text.splitlines()[:MAX_LINES], 1):
        bare = line.split(" #", 1)[0][:2000]
        if bare.lstrip().startswith("#"):
            continue
        for why in _reasons(bare):
            place = Locator(where.path, where.members, line=number)
            yield context.finding(place, f"pip installs from {why}", excerpt=bare.strip())


def _reasons(line: str) -> Iterator[str]:
    from urllib.parse import urlsplit

    option = OPTION.match(line)
    if option and option[1].lower() == "--trusted-host":
        if option[2].split(":")[0] not in LOCAL:
            yield f"{option[2]} without checking its certificate"
        return
    for url in URL.findall(line):
        try:
            parts = urlsplit(url.partition("+")[2] if "+" in url.split("://")[0] else url)
            host = (parts.hostname or "").lower()
        except ValueError:
            yield f"an address that does not parse: {url[:80]}"
            continue
        if host in LOCAL:
            continue
        if ADDRESS.fullmatch(host) or ":" in host:
            yield f"a bare address, {host}"
        elif parts.scheme.lower() in ("http", "ftp"):
            yield f"{host} over {parts.scheme.upper()}, which anyone on the way can change"


RULE = requirements_from_elsewhere
