"""Headers of machine code: ELF, PE, WebAssembly, a class of Java, a universal Mach-O file."""

from __future__ import annotations

import struct

from pratique.drill.elf_writer import library


def samples() -> dict[str, bytes]:
    elf = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0" + bytes(44)
    pe = b"MZ" + bytes(58) + b"\x40\0\0\0" + b"PE\0\0" + bytes(40)
    ape = b"MZqFpD='" + bytes(64)
    java = b"\xca\xfe\xba\xbe\0\0\0\x3d\0\1" + bytes(14)
    fat = b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(40)
    known = {"lib.so": elf, "tool.exe": pe, "module.wasm": b"\0asm\x01\0\0\0", "model.llamafile": ape}
    tables = {
        "calls.so": library(("system",), (b"text",)),
        "calls.dll": dll(),
        "calls.dylib": dylib(),
        "calls-fat.dylib": universal(),
    }
    return {**known, **tables, "Main.class": java, "lib.dylib": fat}


def dll(function: bytes = b"CreateProcessW") -> bytes:
    """A PE32+ file with one section that holds the import table (Microsoft PE format, .idata)."""
    head = b"MZ" + bytes(58) + struct.pack("<I", 64)
    file = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    directories = bytes(8) + struct.pack("<II", 0x1000, 40) + bytes(112)
    section = b".idata\0\0" + struct.pack("<IIIIIIHHI", 512, 0x1000, 512, 400, 0, 0, 0, 0, 0)
    table = struct.pack("<IIIII", 0x1040, 0, 0, 0x1080, 0x1040).ljust(64, b"\0")
    table += (
        struct.pack("<QQ", 0x10A0, 0).ljust(64, b"\0") + b"KERNEL32.dll".ljust(32, b"\0") + b"\0\0" + function + b"\0"
    )
    return (head + file + b"\x0b\x02" + bytes(110) + directories + section).ljust(400, b"\0") + table.ljust(512, b"\0")


def dylib(function: bytes = b"_posix_spawn") -> bytes:
    """A 64-bit Mach-O file with LC_LOAD_DYLIB and LC_SYMTAB (mach-o/loader.h)."""
    name = b"/usr/lib/libSystem.B.dylib\0".ljust(32, b"\0")
    load = struct.pack("<IIIIII", 0x0C, 24 + len(name), 24, 0, 0, 0) + name
    strings = b"\0" + function + b"\0_own\0"
    at = 32 + len(load) + 24
    symbols = struct.pack("<IBBHQ", 1, 1, 0, 0, 0) + struct.pack("<IBBHQ", 2 + len(function), 0x0F, 1, 0, 0)
    table = struct.pack("<IIIIII", 2, 24, at, 2, at + len(symbols), len(strings))
    head = b"\xcf\xfa\xed\xfe" + struct.pack("<IIIIIII", 0x0100000C, 0, 6, 2, len(load) + 24, 0, 0)
    return head + load + table + symbols + strings


def universal() -> bytes:
    thin = dylib()
    return (b"\xca\xfe\xba\xbe" + struct.pack(">IIIIII", 1, 0x0100000C, 0, 64, len(thin), 0)).ljust(64, b"\0") + thin
