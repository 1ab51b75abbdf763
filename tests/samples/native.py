"""Headers of machine code: ELF, PE, WebAssembly, a class of Java, a universal Mach-O file."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    elf = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0" + bytes(44)
    pe = b"MZ" + bytes(58) + b"\x40\0\0\0" + b"PE\0\0" + bytes(40)
    ape = b"MZqFpD='" + bytes(64)
    java = b"\xca\xfe\xba\xbe\0\0\0\x3d\0\1" + bytes(14)
    fat = b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(40)
    known = {"lib.so": elf, "tool.exe": pe, "module.wasm": b"\0asm\x01\0\0\0", "model.llamafile": ape}
    return {**known, "Main.class": java, "lib.dylib": fat}
