"""The document in a zip in a tar in gzip."""

from pathlib import Path

from tests.disguise import archived


def plain(folder: Path) -> None:
    names = b"".join(b"\xa6n%05d\xc0" % n for n in range(2000))
    (folder / "flax_model.msgpack").write_bytes(b"\xde\x07\xd1" + names + b"\xa1a\xda\xff\xff")


build = archived(plain)
