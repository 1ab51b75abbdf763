"""What a PDF's objects do when it is opened or used: actions, scripts, embedded files (ISO 32000-2:2020, 12.6, 7.11.4, 12.7.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.formats.pdf_syntax import Name, Ref, Value, text

MAX_KEPT = 100_000  # references that are followed, and plain objects that they may lead to
MAX_KEPT_BYTES = 64 << 20
SCRIPTS = ("JS", "OnInstantiate")  # 12.6.4.17; 13.6.3.3, scripts of 3D annotations
RUNNING = ("Launch", "JavaScript", "Rendition", "RichMediaExecute")
REACHING = ("URI", "SubmitForm", "ImportData", "GoToR", "GoToE")
TRIGGERS = ("OpenAction", "AA")  # 12.6.3: what runs without the reader's doing
PLAIN_TEXT = ("F", "UF", "Win", "Unix", "Mac", "URI", "JS")


@dataclass(frozen=True, slots=True)
class Action:
    """`kind` is the action's type (`S`), `trigger` what starts it, if that is known."""

    kind: str
    trigger: str
    target: str
    at: int


@dataclass(slots=True)
class Gathered:
    """What objects refer to, for when all objects are known. Offsets are in bytes, of the object that refers."""

    actions: list[Action] = field(default_factory=list)
    scripts: list[tuple[Value, int]] = field(default_factory=list)
    forms: list[tuple[Value, int]] = field(default_factory=list)  # streams of XFA, or an array of names and streams
    files: dict[int, str] = field(default_factory=dict)  # streams of embedded files, and their names
    openings: list[tuple[Value, str, int]] = field(default_factory=list)  # actions behind references
    kinds: list[tuple[Ref, dict[str, Value], int]] = field(default_factory=list)  # actions whose type is a reference
    plain: dict[int, Value] = field(default_factory=dict)  # strings, names and actions by object number
    plain_bytes: int = 0
    encrypted: bool = False
    overflow: bool = False

    def keep(self, number: int, value: Value) -> None:
        """Remember an object that a script or action may be a reference to."""
        if isinstance(value, dict) and ("S" in value or "JS" in value):
            value = {key: value[key] for key in ("S", *PLAIN_TEXT) if key in value}  # no more: it may be large
        elif not (isinstance(value, bytes | Name) or _is_form(value)):
            return
        self.plain_bytes += len(value) if isinstance(value, bytes | str | list | dict) else 0
        if len(self.plain) >= MAX_KEPT or self.plain_bytes > MAX_KEPT_BYTES:
            self.overflow = True
        else:
            self.plain[number] = value

    def resolve(self, value: Value) -> Value:
        return self.plain.get(value.number) if isinstance(value, Ref) else value


def _is_form(value: Value) -> bool:
    """12.7.8: the pieces of a form are an array of strings and streams by turns."""
    return isinstance(value, list) and 0 < len(value) < 256 and all(isinstance(item, bytes | Ref) for item in value)


def look(value: Value, at: int, gathered: Gathered) -> None:
    """Gather from every dictionary in `value`, which stands in the object at `at`."""
    waiting: list[Value] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
            _dictionary(item, at, gathered)
    kept = (len(gathered.scripts), len(gathered.openings), len(gathered.kinds), len(gathered.actions))
    if sum(kept) + len(gathered.forms) + len(gathered.files) > MAX_KEPT:
        gathered.overflow = True


def _dictionary(item: dict[str, Value], at: int, gathered: Gathered) -> None:
    if gathered.overflow:
        return
    for key, value in item.items():
        plain = key.split("#")[0]
        if plain in SCRIPTS:
            gathered.scripts.append((value, at))
        elif plain == "Encrypt":
            gathered.encrypted = True
        elif plain == "XFA":
            gathered.forms.append((value, at))
        elif plain == "EF" and isinstance(value, dict):
            _files(item, value, gathered)
        elif plain in TRIGGERS:
            for action in value.values() if plain == "AA" and isinstance(value, dict) else [value]:
                gathered.openings.append((action, plain, at))
        elif plain == "S" and isinstance(value, Ref):
            gathered.kinds.append((value, item, at))
        elif plain == "S" and isinstance(value, Name) and value in RUNNING and "JS" not in item:
            gathered.actions.append(Action(value, "", target(item), at))


def _files(item: dict[str, Value], streams: dict[str, Value], gathered: Gathered) -> None:
    named = item.get("UF", item.get("F"))
    name = text(named) if isinstance(named, bytes) else ""
    for stream in streams.values():
        if isinstance(stream, Ref):
            gathered.files[stream.number] = name[:256]


def target(item: dict[str, Value]) -> str:
    """The file, program or address that an action names."""
    for key in PLAIN_TEXT:
        value = item.get(key)
        if isinstance(value, dict):
            value = value.get("UF", value.get("F"))
        if isinstance(value, bytes):
            return text(value)[:1024]
    return ""


def settled(gathered: Gathered) -> Iterator[Action]:
    """The actions, with those that only references show."""
    yield from gathered.actions
    for kind, item, at in gathered.kinds:
        found = gathered.resolve(kind)
        if isinstance(found, Name) and found in (*RUNNING, *REACHING):
            yield Action(found, "", target(item), at)
    for value, trigger, at in gathered.openings:
        action = gathered.resolve(value)
        if isinstance(action, dict):
            found = gathered.resolve(action.get("S"))
            if isinstance(found, Name) and found in (*RUNNING, *REACHING):
                yield Action(found, trigger, target(action), at)
