"""Where a member of an archive would be written (CWE-22, CWE-59)."""

from __future__ import annotations


def leaves(path: str, start: str) -> bool:
    """Whether `path`, taken from the folder of `start`, lies outside of the root."""
    if path.startswith(("/", "\\")) or (path[1:2] == ":" and path[:1].isalpha()):  # a drive of Windows
        return True
    depth = start.strip("./").count("/") if start else 0
    for part in path.replace("\\", "/").split("/"):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        if depth < 0:
            return True
    return False
