"""tar as Python writes it: ustar, GNU with a long name, pax, with folders and links."""

from __future__ import annotations

import io
import tarfile

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    found = {}
    for label, kind in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
            folder = tarfile.TarInfo("d")
            folder.type = tarfile.DIRTYPE
            archive.addfile(folder)
            name = "d/a.pkl" if label == "ustar" else "d/" + "x" * 120 + ".pkl"
            member = tarfile.TarInfo(name)
            member.size = len(PICKLE)
            archive.addfile(member, io.BytesIO(PICKLE))
            link = tarfile.TarInfo("d/link")
            link.type, link.linkname = tarfile.SYMTYPE, "a.pkl"
            archive.addfile(link)
        found[f"{label}.tar"] = out.getvalue()
    return found
