"""The last text claims more bytes than follow."""

from pathlib import Path


def build(folder: Path) -> None:
    names = b"".join(b"\xa6n%05d\xc0" % n for n in range(2000))
    (folder / "flax_model.msgpack").write_bytes(b"\xde\x07\xd1" + names + b"\xa1a\xda\xff\xff")
