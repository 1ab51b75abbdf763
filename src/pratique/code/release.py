"""What tells releases apart, and what does not tell their files apart: names and versions, and what builds rewrite."""

from __future__ import annotations

import re


def plain(data: bytes) -> int:
    """The hash, good for this process, of a source without what builds rewrite: line ends, a shebang, space around it."""
    data = data.replace(b"\r\n", b"\n")
    return hash((data.partition(b"\n")[2] if data.startswith(b"#!") else data).strip())


def release_of(folder: str) -> tuple[str, str]:
    """Name and version of `Drill_Bit-1.0`, normalised (PEP 503, PEP 440)."""
    from packaging.version import Version

    name, _, version = folder.rpartition("-")
    try:
        version = str(Version(version))
    except ValueError:  # no version, or one with numbers that are too long
        version = version.lower()
    return re.sub(r"[-_.]+", "-", name).lower(), version
