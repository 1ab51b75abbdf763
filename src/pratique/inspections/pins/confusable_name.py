from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.domain.release import Answers, Release, Standing
from pratique.inspections.asked import MAX_NAMED, SHA256
from pratique.inspections.rule import Context, rule
from pratique.pins.indexes import CURATED, askable, other_index, other_sources, shown
from pratique.pins.model import Pin, PinFile


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Register the name on the public index, or bind the package to its index: "
    "uv's `explicit = true` with `tool.uv.sources`, "
    'Poetry\'s `priority = "explicit"`, or one proxy index that decides.',
    references=("CWE-427", "CWE-1357", "ML06:2023", "AML.T0010"),
)
def confusable_name(part: Member, context: Context) -> Iterator[Finding]:
    """A package that an installer may take from somebody else (dependency confusion).

    ## What it finds
    Names that the asked index does not know, so that anyone can register them there; and packages that a lock takes from a private
    index although the asked index has other files under the same name. It weighs MEDIUM where an installer would look in both, or
    where the file names no index that could have it; it is told (LOW) where only the private index is used, or where
    hashes decide.

    ## Why it matters
    Installers that search several indexes take the highest version of any. Whoever registers a private name on the public index
    is installed (A. Birsan, "Dependency Confusion", 2021; torchtriton, December 2022). A name that is gone from the index was
    removed, and may come back as somebody else's.

    ## Limits
    It needs the index's answers (`--ask-index`). The private index is not asked: what is inspected does not choose where Pratique
    connects to. Mirrors whose files have the same hashes are not reported.

    ## References
    - CWE-427: Uncontrolled Search Path Element
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    answers = context.answers
    if answers is None:
        return
    here = {pin.name for pin in context.pins.distributions}
    for file in context.pins.files():
        own = here | {option.value for option in file.options if option.name == "own-source"}
        found: dict[int, list[tuple[Severity, str]]] = {}
        for pin, severity, message in _confusable(file, own, answers):
            found.setdefault(pin.line, []).append((severity, message))
        for line, claims in found.items():
            more = f"; and {len(claims) - MAX_NAMED} more" if claims[MAX_NAMED:] else ""
            message = "; ".join(dict.fromkeys(text for _, text in claims[:MAX_NAMED])) + more
            severity = max(severity for severity, _ in claims)
            yield context.finding(file.place(line), message, severity=severity, confidence=Confidence.MEDIUM)


def _confusable(file: PinFile, own: set[str], answers: Answers) -> Iterator[tuple[Pin, Severity, str]]:
    declared = [url for url in other_sources(file, answers.index) if not CURATED.match(url)]
    mixed = _mixed(file, declared, answers.index)
    for pin in file.pins:
        release = answers.of(pin.name, pin.version or "") if askable(pin) and pin.name not in own else None
        source = other_index(pin, answers.index)
        if release is None or CURATED.match(source):
            continue
        private = source or (declared[0] if declared else "")
        if release.standing is Standing.UNKNOWN:
            certain = bool(private) and (not mixed or bool(pin.hashes))
            message = f"{shown(answers.index)} does not know {pin.name}: anyone can register it"
            yield pin, Severity.LOW if certain else Severity.MEDIUM, message
        elif source and (_differs(pin, release) if pin.hashes else mixed):
            message = f"{pin.name} comes from {shown(source)}, and {shown(answers.index)} has other files of this name"
            yield pin, Severity.MEDIUM if mixed else Severity.LOW, message


def _mixed(file: PinFile, declared: list[str], index: str) -> bool:
    """Whether packages are looked for in a private index and in another one."""
    options = [option for option in file.options if option.name in ("index-url", "extra-index-url")]
    further = any(option.name == "extra-index-url" for option in options)
    origins = {bool(other_index(pin, index)) for pin in file.pins if askable(pin)}
    return (bool(declared) and further) or (file.kind != "pyproject" and len(origins) == 2)


def _differs(pin: Pin, release: Release) -> bool:
    """Whether a pinned file is not one that the index has too: those of a mirror are."""
    pinned = {text.removeprefix(SHA256) for text in pin.hashes if text.startswith(SHA256)}
    return not pinned <= {file.sha256 for file in release.files}


RULE = confusable_name
