"""gzip: one member, several members, a name in the header."""

from __future__ import annotations

import gzip

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    one = gzip.compress(PICKLE, mtime=0)
    return {"one.pkl.gz": one, "two.txt.gz": gzip.compress(b"hello\n", mtime=0) + gzip.compress(b"again\n", mtime=0)}
