"""What single values say where they leave the package: that a message is copied, that a path is whatever a folder holds."""

from __future__ import annotations

from pratique.code.machine.items import is_copy
from pratique.code.machine.values import Known, Listing, Mapping, Value, text_hint


def copies(name: str, given: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether a message goes to an address that stands in the source beside one that does not."""
    values = [*given, *keywords.values()][:8]
    entries = [(str(key), value) for m in values if isinstance(m, Mapping) for key, value in list(m.entries.items())]
    if any(is_copy(key, value) for key, value in [*entries[:64], *keywords.items()]):
        return True
    to = keywords.get(
        "to_addrs", given[1] if len(given) > 1 and name.endswith((".sendmail", ".send_message")) else None
    )
    if not isinstance(to, Listing) or not name.endswith((".sendmail", ".send_message")):
        return False
    constant = [isinstance(item, Known) and "@" in text_hint(item) for item in to.items[:64]]
    return any(constant) and not all(constant)


def is_listed(path: str) -> bool:
    """Whether the last part of a path is whatever name a folder has."""
    last = path.rsplit("/", 1)[-1]
    return last in ("X", "") or "*" in last


def is_constant(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.data, str | bytes) and len(value.data) > 0
