"""Machine code: ELF, PE, Mach-O, WebAssembly, and classes of Java and Android, known by their headers and not disassembled.

The whole file is one `Native` part with the telling names that it imports (`native_imports.py`), and the document `native-facts`
has these, the libraries that it needs, and strings that only attacks have a use for (`native_strings.py`).
What it does when it is loaded cannot be told by reading, so rules decide by where it stands.
Sources: System V ABI (ELF), Microsoft PE format, Apple Mach-O headers, WebAssembly core specification 2.0,
The Java Virtual Machine Specification 4.1, Android's Dalvik executable format.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Metadata, Native
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.native_imports import imports_of
from pratique.formats.native_strings import telling_strings
from pratique.formats.window import Window

FAT = b"\xca\xfe\xba\xbe"
MACH = {b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce"}


# Actually Portable Executables, which llamafiles are: programs for six systems (cosmopolitan, ape/specification.md, "APE Header").
APE = (b"MZqFpD='", b"jartsr='", b"APEDBG='")


def kind_of(head: Head) -> str | None:
    data = head.data
    if data[:4] == b"\x7fELF" and data[4:5] in b"\x01\x02" and data[5:6] in b"\x01\x02" and data[6:7] == b"\x01":
        return "elf"
    if data[:4] in MACH:
        return "mach-o"
    if data[:4] == FAT:
        # both begin alike: a class has its version here (45 and up), a universal file the count of its architectures
        version = int.from_bytes(data[4:8], "big") & 0xFFFF
        return "java-class" if 45 <= version < 256 else "mach-o" if 0 < version < 45 and data[4:6] == b"\0\0" else None
    if data[:4] == b"dex\n" and data[4:7].isdigit() and data[7:8] == b"\0":
        return "dex"
    if data[:8] == b"\0asm\x01\0\0\0":
        return "wasm"
    if data[:8] in APE:
        return "ape"
    if data[:2] == b"MZ" and len(data) >= 64:
        at = int.from_bytes(data[60:64], "little")
        return "pe" if head.window.read_at(at, 4) == b"PE\0\0" else None
    return None


def probe(head: Head) -> int:
    return CERTAIN if kind_of(head) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    kind = kind_of(Head(window.read_at(0, 64), window, scope.name)) or "unknown"
    imports = imports_of(window, kind)
    yield Native(scope.at(0, window.size), kind, tuple(sorted(imports.symbols)))
    strings: list[Json] = [
        {
            "kind": t.kind.name,
            "says": t.kind.says,
            "acts": t.kind.acts,
            "offset": t.offset,
            "text": t.text[:512],
            "alone": t.alone,
        }
        for t in telling_strings(window)
    ]
    facts: dict[str, Json] = {
        "kind": kind,
        "imports": [*sorted(imports.symbols)],
        "libraries": [*imports.libraries],
        "resolvers": imports.resolvers,
        "strings": strings,
    }
    if strings or imports.symbols or imports.resolvers:
        yield Metadata(scope.at(), "native-facts", facts)


FORMAT = Format(
    id="native",
    title="machine code (ELF, PE, Mach-O, WebAssembly, APE, Java classes)",
    kind=ArtifactKind.CODE,
    read=read,
    probe=probe,
    magics=(
        (0, b"\x7fELF"),
        (0, b"MZ"),
        (0, b"\0asm"),
        (0, FAT),
        (0, b"dex\n"),
        *((0, magic) for magic in (*sorted(MACH), *APE[1:])),
    ),
    extensions=(".so", ".dll", ".exe", ".pyd", ".dylib", ".wasm", ".class", ".dex"),
    opens_with="its initialisers, when it is loaded or run",
)
