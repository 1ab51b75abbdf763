"""zip as Python writes it: each method, streamed with data descriptors, zip64, a torch layout, empty."""

from __future__ import annotations

import io
import zipfile

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    found = {"empty.zip": b"PK\x05\x06" + bytes(18)}
    methods = {"stored": 0, "deflated": 8, "bzip2": 12, "lzma": 14}
    for label, method in methods.items():
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr("d/", b"")
            archive.writestr("d/a.pkl", PICKLE)
            archive.writestr("d/note.txt", "hello\n" * 20)
        found[f"{label}.zip"] = out.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(_Unseekable(out), "w", 8) as archive, archive.open("a.pkl", "w", force_zip64=True) as member:
        member.write(PICKLE)
    found["streamed.zip"] = out.getvalue()
    return found


class _Unseekable(io.RawIOBase):
    """A pipe: zipfile then writes data descriptors."""

    def __init__(self, out: io.BytesIO) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._out.write(data)
