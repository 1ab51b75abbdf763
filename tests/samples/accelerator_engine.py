"""Files with an engine's magic number."""

from __future__ import annotations

KINDS = (b"ftrt", b"RKNN")


def samples() -> dict[str, bytes]:
    return {f"{kind.decode()}.engine": kind + bytes(60) for kind in KINDS}
