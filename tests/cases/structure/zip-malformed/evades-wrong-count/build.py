"""Only the number of entries is wrong, which most readers never look at."""

from pathlib import Path

from tests.samples.zip import samples


def build(folder: Path) -> None:
    data = bytearray(samples()["deflated.zip"])
    end = data.rindex(b"PK\x05\x06")
    data[end + 8 : end + 12] = (1).to_bytes(2, "little") * 2
    (folder / "model.zip").write_bytes(data)
