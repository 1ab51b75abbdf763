"""The function's names come out of the memo, beneath a list that is thrown away, in a pickle that then breaks off."""

from pathlib import Path


def build(folder: Path) -> None:
    names = b"\x80\x04\x8c\x06system\x94\x8c\x05posix\x94]h\x00h\x01\x86a00"
    call = b"h\x01h\x00\x93\x8c\x13echo pratique-drill\x85R"
    (folder / "weights.bin").write_bytes(names + call + b"\xff")
