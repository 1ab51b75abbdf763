"""What the rules of `package/` share: one analysis of the artifact's sources, and a finding for one ending of a flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pratique.code.roots import Reach
from pratique.code.sinks import Ending
from pratique.domain.finding import Confidence, Evidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.inspections.rule import Context, clip

Grade = Callable[[Ending], tuple[Severity, Confidence]]
NAMES = {
    "network": "the network",
    "fetched-file": "a file that was downloaded",
    "decoded": "decoded data",
    "unmarshalled": "unmarshalled code",
    "identity": "who and where the user is",
    "environment": "the whole environment",
    "reversed": "reversed text",
    "characters": "computed characters",
    "private-key": "a private key of its user",
    "intercepted": "what others hand to a function that it replaced",
    "users-files": "files of the user",
    "capture": "what the user sees or says",
    "caller": "who called",
    "request": "a web request",
    "drop": "",
    "copied-to": "",
    "held": "",
    "installed-program": "",
    "numeric": "",
    "unseen-name": "",
    "metadata-address": "",
    "walked-files": "files of a folder",
}


def endings(context: Context, *kinds: str) -> Iterator[Ending]:
    """The endings of these kinds, each place once, the gravest reach first."""
    from pratique.code.analysis import analyse

    analysis = context.once("package-flows", lambda: analyse(context.package))
    seen: set[tuple[str, int, str, str]] = set()
    for ending in sorted(analysis.endings, key=lambda e: -e.reach):
        key = (str(ending.module.where), ending.line, ending.callee, ending.kind)
        if ending.kind in kinds and key not in seen:
            seen.add(key)
            yield ending


def source_of(ending: Ending) -> str:
    """What reached the sink, in words."""
    words = [NAMES.get(label, _phrase(label)) for label in ending.labels]
    return ", ".join([word for word in words if word][:4])


def _phrase(label: str) -> str:
    kind, _, name = label.partition(":")
    if kind == "credential" and " " in name:
        return name
    return {
        "variable": f"${name}",
        "credential": f"credentials at {name}",
        "header": f"the header {name}",
        "secret": f"the {name} of its user",
    }.get(kind, label)


def report(context: Context, ending: Ending, says: str, severity: Severity, confidence: Confidence) -> Finding:
    """A finding at the call, with the places where what reached it began."""
    where = ending.module.where
    place = Locator(where.path, where.members, ending.offset, line=ending.line, pointer=where.pointer)
    also = tuple(
        Evidence(Locator(where.path, (*where.members[:-1], o.path) if where.members else (), line=o.line), clip(o.text))
        for o in ending.origins[:4]
        if o.line and (where.members or o.path == where.path)
    )
    note = f" ({ending.note})" if ending.note else ""
    return context.finding(
        place,
        f"{says} {ending.reach.phrase}{note}",
        severity=severity,
        confidence=confidence,
        excerpt=ending.text,
        facts={"callable": ending.callee.removeprefix("builtins."), "reached": ending.reach.name},
        also=also,
    )


def graded(ending: Ending, *, imported: Severity, hook: Severity, use: Severity, none: Severity) -> Severity:
    """The severity for when the ending is reached; in tests and examples that nothing imports, it is only told."""
    if ending.module.aside and ending.reach < Reach.IMPORT:
        return Severity.LOW
    if ending.reach >= Reach.IMPORT:
        return imported
    return {Reach.HOOK: hook, Reach.USE: use, Reach.NONE: none}[ending.reach]
