"""A member above the folder, by the long name of BSD."""

from pathlib import Path

from tests.samples.ar import member


def build(folder: Path) -> None:
    name = b"../../weights/notes.txt"
    (folder / "data.a").write_bytes(b"!<arch>\n" + member(b"#1/" + str(len(name)).encode(), name + b"notes\n"))
