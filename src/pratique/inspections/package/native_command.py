from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Json, Metadata
from pratique.formats.native_imports import STARTS_PROCESSES
from pratique.inspections.rule import Context, rule

WORTH_TELLING = {
    "preload": Severity.MEDIUM,  # loaders and tools for diagnosis name that file too
    "flood": Severity.MEDIUM,  # a thousand decoys hide the one that is meant
}


@rule(
    severity=Severity.HIGH,
    topics=("native-facts",),
    remedy="Do not load it. Ask the publisher what the command or address in it is for, and build it from its source.",
    references=("CWE-506", "CWE-912", "AML.T0010"),
)
def native_command(part: Metadata, context: Context) -> Iterator[Finding]:
    """Machine code that holds a command or an address of an attacker.

    ## What it finds
    In ELF, PE and Mach-O files: commands that run what they download, a PowerShell that hides its program, shells for somebody
    else, webhooks of Discord and Telegram with their secret, hidden services of Tor, pools of miners, and the file that puts a
    library into every process. In letters of one or two bytes.

    ## Why it matters
    An extension module is loaded like any other part of a package, and no reviewer reads it.

    ## Limits
    What is packed, encrypted or built letter by letter at run time is not seen. A command is HIGH where it stands by itself and
    the file imports what starts processes, MEDIUM where it could find that otherwise, and LOW within longer text (usage, manuals).
    In 862 files of machine code (5.2 GiB) of 60 popular wheels it finds nothing.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-912: Hidden Functionality
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    facts = part.value
    if not isinstance(facts, dict) or not isinstance(facts.get("strings"), list):
        return
    listed = facts.get("imports")
    imports = {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    strings = facts["strings"]
    for found in strings if isinstance(strings, list) else ():
        if isinstance(found, dict):
            severity = _severity(found, imports)
            text, offset = str(found["text"]), found["offset"]
            yield context.finding(
                Locator(part.where.path, part.where.members, int(str(offset)), len(text)),
                f"it holds {_ARTICLES.get(str(found['kind']), '')}{found['says']}: {text[:120]!r}",
                severity=severity,
                confidence=Confidence.HIGH if severity is Severity.HIGH else Confidence.MEDIUM,
                excerpt=text,
                facts={"kind": str(found["kind"]), "imports": ",".join(sorted(imports & STARTS_PROCESSES))},
            )


_ARTICLES = {"webhook": "what ", "onion": "what ", "miner": "what "}


def _severity(found: dict[str, Json], imports: set[str]) -> Severity:
    if not found["acts"]:
        return WORTH_TELLING.get(str(found["kind"]), Severity.HIGH)
    if not found["alone"]:
        return Severity.LOW
    return Severity.HIGH if imports & STARTS_PROCESSES else Severity.MEDIUM


RULE = native_command
