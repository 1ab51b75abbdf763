"""The one archive of these formats that holds nothing unread: a RAR 4 file without members."""

from pratique.formats.unread_archive import EMPTY_RAR


def samples() -> dict[str, bytes]:
    return {"empty.rar": EMPTY_RAR}
