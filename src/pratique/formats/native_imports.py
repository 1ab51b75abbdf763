"""The symbols that machine code takes from other libraries: ELF, PE and Mach-O, read as their loaders find them.

Bounded: of each table at most `MAX_TABLE_BYTES` are read, and only names that say something (`TELLING`) are kept. What cannot be
read is left out; nothing here raises on content.
Sources: System V ABI, chapters 4 and 5 (ELF, dynamic section), and the x86-64 and AArch64 supplements (`IRELATIVE` relocations);
Microsoft, PE format (.idata, delay-load); Apple, mach-o/loader.h and nlist.h.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.formats.window import Window

MAX_TABLE_BYTES = 16 << 20
MAX_SYMBOLS = 500_000
MAX_HEADERS = 512
MAX_NAME = 256
MAX_LIBRARIES = 200
GNU_HASH = 0x6FFFFEF5  # DT_GNU_HASH

# What an import lets a library do: names of POSIX and glibc, and of the Windows API without their A or W.
CAPABILITIES = {
    "starts processes": frozenset({
        "system", "popen", "execve", "execv", "execvp", "execvpe", "execl", "execlp", "execle", "fexecve", "posix_spawn",
        "posix_spawnp", "fork", "vfork", "CreateProcess", "ShellExecute", "ShellExecuteEx", "WinExec", "CreateProcessAsUser",
    }),
    "uses the network": frozenset({
        "connect", "getaddrinfo", "gethostbyname", "gethostbyname_r", "sendto", "recvfrom", "accept", "listen", "WSAConnect",
        "WSASocket", "InternetOpen", "InternetOpenUrl", "InternetConnect", "WinHttpOpen", "WinHttpConnect", "HttpSendRequest",
        "URLDownloadToFile", "curl_easy_perform", "res_query", "DnsQuery_",
    }),
    "loads libraries": frozenset({"dlopen", "dlmopen", "LoadLibrary", "LoadLibraryEx", "NSLinkModule"}),
    "reaches into processes": frozenset({
        "ptrace", "process_vm_writev", "WriteProcessMemory", "VirtualAllocEx", "CreateRemoteThread", "QueueUserAPC",
        "SetWindowsHookEx", "NtMapViewOfSection", "task_for_pid",
    }),
}  # fmt: skip
STARTS_PROCESSES = CAPABILITIES["starts processes"]
TELLING = frozenset().union(*CAPABILITIES.values())


@dataclass(slots=True)
class Imports:
    """What was found: telling symbols, needed libraries, and how many addresses resolvers choose while it is loaded."""

    symbols: set[str] = field(default_factory=set)
    libraries: list[str] = field(default_factory=list)
    resolvers: int = 0
    read: bool = False  # whether a table of symbols was found

    def add(self, name: str) -> None:
        plain = name.partition("@")[0]
        plain = (
            plain if plain in TELLING else plain.removesuffix("A") if plain.endswith("A") else plain.removesuffix("W")
        )
        if plain in TELLING:
            self.symbols.add(plain)

    def need(self, name: str) -> None:
        if name and len(self.libraries) < MAX_LIBRARIES:
            self.libraries.append(name)


def imports_of(window: Window, kind: str) -> Imports:
    """The imports of a file whose header is one of `kind`."""
    found = Imports()
    try:
        if kind == "elf":
            _elf(window, found)
        elif kind == "pe":
            _pe(window, found)
        elif kind == "mach-o":
            _mach(window, found)
    except struct.error:
        pass  # a table ends early: what stood before it is kept
    return found


def _name(table: bytes, at: int) -> str:
    end = table.find(b"\0", at, at + MAX_NAME)
    return table[at : end if end >= 0 else at + MAX_NAME].decode("latin-1") if 0 <= at < len(table) else ""


# ── ELF ──
def _elf(window: Window, found: Imports) -> None:
    head = window.read_at(0, 64)
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
    if int.from_bytes(head[16:18], "little" if order == "<" else "big") == 1:
        return _elf_object(window, found, head, wide, order)
    offset, size, count = (
        (struct.unpack_from(order + "Q", head, 32)[0], *struct.unpack_from(order + "HH", head, 54))
        if wide
        else (struct.unpack_from(order + "I", head, 28)[0], *struct.unpack_from(order + "HH", head, 42))
    )
    loads, dynamic = [], (0, 0)
    for at in range(min(count, MAX_HEADERS)):
        row = window.read_at(offset + at * size, size)
        if wide:
            type_, _, start, address, _, length = struct.unpack_from(order + "IIQQQQ", row)
        else:
            type_, start, address, _, length = struct.unpack_from(order + "IIIII", row)
        if type_ == 1:
            loads.append((address, start, length))
        elif type_ == 2:
            dynamic = (start, length)
    _elf_dynamic(window, found, loads, dynamic, wide, order)
    return None


def _elf_dynamic(
    window: Window, found: Imports, loads: list[tuple[int, int, int]], dynamic: tuple[int, int], wide: bool, order: str
) -> None:
    """Tags: 1 NEEDED, 4 HASH, 5 STRTAB, 6 SYMTAB, 7 RELA, 8 RELASZ, 10 STRSZ, 23 JMPREL, 2 PLTRELSZ."""
    entry = order + ("qQ" if wide else "iI")
    data = window.read_at(dynamic[0], min(dynamic[1], 1 << 16))
    pairs = list(struct.iter_unpack(entry, data[: len(data) - len(data) % struct.calcsize(entry)]))
    tags = dict(reversed(pairs))

    def at(address: int) -> int:
        return next((start + address - base for base, start, length in loads if base <= address < base + length), -1)

    strings, symbols = at(tags.get(5, 0)), at(tags.get(6, 0))
    if strings < 0 or symbols < 0:
        return
    table = window.read_at(strings, min(tags.get(10, 0), MAX_TABLE_BYTES))
    for tag, value in pairs:
        if tag == 1:
            found.need(_name(table, value))
    row = 24 if wide else 16
    if 4 in tags:
        count = int(struct.unpack(order + "I", window.read_at(at(tags[4]) + 4, 4))[0])
    elif GNU_HASH in tags:
        count = _elf_count(window, at(tags[GNU_HASH]), wide, order)
    else:
        count = max((strings - symbols) // row, 0)
    _elf_symbols(window, found, (symbols, min(count, MAX_SYMBOLS)), table, wide, order)
    if wide:
        for tag, size in ((7, 8), (23, 2)):
            if tag in tags:
                found.resolvers += _elf_resolvers(window, at(tags[tag]), tags.get(size, 0), order)


def _elf_count(window: Window, at: int, wide: bool, order: str) -> int:
    """How many symbols a GNU hash table covers: the last chain of its buckets, to the entry whose lowest bit is set."""
    buckets, first, bloom, _ = struct.unpack(order + "IIII", window.read_at(at, 16))
    at += 16 + bloom * (8 if wide else 4)
    data = window.read_at(at, min(4 * buckets, MAX_TABLE_BYTES))
    last = max((b for (b,) in struct.iter_unpack(order + "I", data[: len(data) // 4 * 4])), default=0)
    if last < first:
        return int(first)
    chain = window.read_at(at + 4 * buckets + 4 * (last - first), 1 << 16)
    for number, (entry,) in enumerate(struct.iter_unpack(order + "I", chain[: len(chain) // 4 * 4]), 1):
        if entry & 1:
            return int(last) + number
    return int(last)


def _elf_symbols(window: Window, found: Imports, place: tuple[int, int], table: bytes, wide: bool, order: str) -> None:
    row = struct.Struct(order + ("IBBHQQ" if wide else "IIIBBH"))
    data = window.read_at(place[0], min(place[1] * row.size, MAX_TABLE_BYTES))
    found.read = True
    for fields in row.iter_unpack(data[: len(data) - len(data) % row.size]):
        name, info, section = (fields[0], fields[1], fields[3]) if wide else (fields[0], fields[3], fields[5])
        if section == 0 and name:
            found.add(_name(table, name))
        elif info & 15 == 10:  # STT_GNU_IFUNC
            found.resolvers += 1


def _elf_resolvers(window: Window, at: int, size: int, order: str) -> int:
    """Relocations whose value a function of the file chooses: R_X86_64_IRELATIVE 37, R_AARCH64_IRELATIVE 1032."""
    data = window.read_at(at, min(size, MAX_TABLE_BYTES // 4)) if at >= 0 else b""
    return sum(
        info & 0xFFFFFFFF in (37, 1032)
        for _, info, _ in struct.iter_unpack(order + "QQq", data[: len(data) // 24 * 24])
    )


def _elf_object(window: Window, found: Imports, head: bytes, wide: bool, order: str) -> None:
    """Of a relocatable object, the section SHT_SYMTAB (2) and the strings that it names."""
    offset = struct.unpack_from(order + ("Q" if wide else "I"), head, 40 if wide else 32)[0]
    size, count = struct.unpack_from(order + "HH", head, 58 if wide else 46)
    form = order + ("IIQQQQI" if wide else "IIIIIII")
    sections = []
    for at in range(min(count, 1 << 14)):
        row = window.read_at(offset + at * size, size)
        if len(row) < struct.calcsize(form):
            break
        sections.append(struct.unpack_from(form, row))
    for section in sections:
        if section[1] == 2 and section[6] < len(sections):
            text = sections[section[6]]
            table = window.read_at(text[4], min(text[5], MAX_TABLE_BYTES))
            _elf_symbols(
                window, found, (section[4], min(section[5] // (24 if wide else 16), MAX_SYMBOLS)), table, wide, order
            )


# ── PE ──
def _pe(window: Window, found: Imports) -> None:
    at = struct.unpack("<I", window.read_at(60, 4))[0]
    head = window.read_at(at, 24)
    sections, optional = struct.unpack_from("<H", head, 6)[0], struct.unpack_from("<H", head, 20)[0]
    body = window.read_at(at + 24, optional)
    wide = body[:2] == b"\x0b\x02"
    rows = window.read_at(at + 24 + optional, 40 * min(sections, MAX_HEADERS))
    places = [struct.unpack_from("<IIII", rows, i + 8) for i in range(0, len(rows) // 40 * 40, 40)]

    def place(address: int) -> int:
        return next(
            (raw + address - base for size, base, length, raw in places if base <= address < base + max(size, length)),
            -1,
        )

    directories = 112 if wide else 96
    for index, form, name_at, thunks_at in ((1, 20, 12, 0), (13, 32, 4, 16)):  # imports, and delayed imports
        if len(body) < directories + 8 * index + 8:
            continue
        start = place(struct.unpack_from("<I", body, directories + 8 * index)[0])
        for number in range(MAX_LIBRARIES if start > 0 else 0):
            row = window.read_at(start + number * form, form)
            if len(row) < form or not any(row):
                break
            library, thunks = struct.unpack_from("<I", row, name_at)[0], struct.unpack_from("<I", row, thunks_at)[0]
            found.read = True
            found.need(_name(window.read_at(place(library), MAX_NAME), 0))
            _pe_names(window, found, place(thunks or struct.unpack_from("<I", row, 16)[0]), place, wide)


def _pe_names(window: Window, found: Imports, at: int, place: object, wide: bool) -> None:
    size, ordinal = (8, 1 << 63) if wide else (4, 1 << 31)
    data = window.read_at(at, size * 20_000) if at > 0 else b""
    for (value,) in struct.iter_unpack("<Q" if wide else "<I", data[: len(data) // size * size]):
        if not value:
            break
        if not value & ordinal and callable(place):
            found.add(_name(window.read_at(place(value) + 2, 64), 0))


# ── Mach-O ──
def _mach(window: Window, found: Imports) -> None:
    if window.read_at(0, 4) == b"\xca\xfe\xba\xbe":
        count = struct.unpack(">I", window.read_at(4, 4))[0]
        for at in range(min(count, 8)):
            _, _, offset, size, _ = struct.unpack(">IIIII", window.read_at(8 + 20 * at, 20))
            if offset:
                _mach_thin(window.slice(offset, size), found)
    else:
        _mach_thin(window, found)


def _mach_thin(window: Window, found: Imports) -> None:
    magic = window.read_at(0, 4)
    order, wide = "<" if magic[:1] in b"\xcf\xce" else ">", magic in (b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")
    at = 32 if wide else 28
    for _ in range(min(struct.unpack_from(order + "I", window.read_at(16, 4))[0], MAX_HEADERS)):
        command, size = struct.unpack(order + "II", window.read_at(at, 8))
        if command & 0x7FFFFFFF in (0x0C, 0x18, 0x1F):  # LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB
            row = window.read_at(at, min(size, 512))
            found.need(_name(row, struct.unpack_from(order + "I", row, 8)[0]))
        elif command == 2:  # LC_SYMTAB
            for name in _mach_names(window, struct.unpack(order + "IIII", window.read_at(at + 8, 16)), order, wide):
                found.add(name)
            found.read = True
        if size < 8:
            break
        at += size


def _mach_names(window: Window, place: tuple[int, ...], order: str, wide: bool) -> Iterator[str]:
    """Undefined (N_UNDF) external symbols of nlist, less their underscore."""
    row = struct.Struct(order + ("IBBHQ" if wide else "IBBHI"))
    data = window.read_at(place[0], min(place[1] * row.size, MAX_TABLE_BYTES))
    table = window.read_at(place[2], min(place[3], MAX_TABLE_BYTES))
    for name, type_, *_ in row.iter_unpack(data[: len(data) // row.size * row.size]):
        if type_ & 0x0F == 1:
            yield _name(table, name).removeprefix("_")
