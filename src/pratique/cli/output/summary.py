"""Phrases that every human-readable format shares."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.flow.document import Document

MAX_CLAUSES = 3
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO")


def size(count: int) -> str:
    """A byte count with three significant digits."""
    if count < 1000:
        return f"{count} bytes"
    power = min(len(str(count)) - 1, 14) // 3
    return f"{count / 1000**power:.3g} {('bytes', 'kB', 'MB', 'GB', 'TB')[power]}"


def what(document: Document) -> str:
    """What the artifact is, in a phrase."""
    artifact = document["artifact"]
    files = f", {artifact['files']} files" if artifact["format"] == "folder" else ""
    kind = "" if artifact["format"] == "unknown" else f" {artifact['kind'].lower()}"
    return f"{artifact['format']}{kind}{files}, {size(artifact['size_bytes'])}"


def coverage(document: Document) -> str:
    """Bytes accounted for, and the gaps by kind."""
    seen = document["coverage"]
    total, accounted = seen["total_bytes"], seen["accounted_bytes"]
    share = (
        "all"
        if accounted == total
        else f"{min(accounted / total, 0.9999):.2%}".rstrip("%").rstrip("0").rstrip(".") + " %"
    )
    kinds: dict[str, int] = {}
    for gap in seen["gaps"]:
        kinds[gap["kind"]] = kinds.get(gap["kind"], 0) + 1
    gaps = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f"{share} of {size(total)} accounted for; " + (f"gaps: {gaps}" if gaps else "no gaps")


def counts(document: Document) -> str:
    """How many findings of each severity."""
    tally = [(s, sum(f["severity"] == s for f in document["findings"])) for s in SEVERITIES]
    return ", ".join(f"{n} {s.lower()}" for s, n in tally if n) or "no findings"


def opens(document: Document) -> str:
    """What opening it would resolve and invoke."""
    loading = document["loading"]
    calls, imports = loading["calls"], loading["imports"]
    if not calls and not imports:
        active = [
            f for f in document["findings"] if f["rule"].startswith("loading/") and f["severity"] in SEVERITIES[:3]
        ]
        return active[0]["message"] if active else "nothing: no import and no call"
    names = list(calls) or list(imports)
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"calls {shown}" if calls else f"resolves {shown}"


def worst_first(document: Document) -> list[Document]:
    """The findings that the verdict rests on, worst first; INFO and LOW come last."""
    return sorted(document["findings"], key=lambda f: SEVERITIES.index(f["severity"]))


def printable(text: str) -> str:
    """`text` without control characters: names in an artifact must not write on the user's terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}" for c in text)


def reasons(document: Document) -> Iterator[tuple[str, str]]:
    """The clauses that decided, gravest first, each with its first reason: `(clause, because)`."""
    verdict = document["verdict"]
    grouped: dict[str, list[str]] = {}
    for reason in verdict["reasons"]:
        if reason["decision"] == verdict["decision"] != "ADMIT":
            grouped.setdefault(reason["clause"], []).append(reason["because"])
    if not grouped:
        yield "", f"no clause of policy {verdict['policy']} speaks against it"
    for clause, because in list(grouped.items())[:MAX_CLAUSES]:
        more = f" (and {len(because) - 1} more)" if len(because) > 1 else ""
        yield clause, because[0] + more
