"""YARA-X rules over the bytes of every file and member: own ones and the user's.

A rule's metadata may say `severity` (INFO to CRITICAL), `confidence` (LOW to HIGH), `description` and `reference`; without them a
match is MEDIUM. Scanning is bounded in bytes and time; what was not scanned is a gap.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.domain.errors import UsageError
from pratique.domain.part import Json, Metadata
from pratique.domain.report import Gap
from pratique.formats.contract import Scope

if TYPE_CHECKING:
    import yara_x

    from pratique.engine.walk import Account
    from pratique.formats.window import Window

BUILTIN = "builtin"
DOCUMENT = "yara-match"
MAX_SCANNED_BYTES = 64 << 20
MAX_RULES_BYTES = 16 << 20
MAX_MATCHES = 32  # of one pattern in one member
TIMEOUT_SECONDS = 20


class Signatures:
    """Compiled rules. Raises `UsageError`, with file and line, for rules that do not compile."""

    def __init__(self, sources: tuple[str, ...]) -> None:
        import yara_x

        compiler = yara_x.Compiler()
        digest = hashlib.sha256()
        for source in sources:
            text = _text(source)
            digest.update(text.encode())
            try:
                compiler.new_namespace(source)
                compiler.add_source(text, origin=source)
            except yara_x.CompileError as error:
                raise UsageError(f"--yara {source}: {str(error)[:600]}") from None
        self.digest = digest.hexdigest()
        self._scanner = yara_x.Scanner(compiler.build())
        self._scanner.set_timeout(TIMEOUT_SECONDS)
        self._scanner.max_matches_per_pattern(MAX_MATCHES)

    def matches(self, window: Window, scope: Scope, account: Account) -> Iterator[Metadata]:
        """What matches in a window, one part for each rule, at the first byte of its first pattern."""
        import yara_x

        if window.size > MAX_SCANNED_BYTES:
            reason = f"YARA rules were matched against the first {MAX_SCANNED_BYTES >> 20} MiB only"
            account.gap(Gap("budget", scope.at(MAX_SCANNED_BYTES), reason, window.size - MAX_SCANNED_BYTES))
        try:
            results = self._scanner.scan(window.read_at(0, MAX_SCANNED_BYTES))
        except (yara_x.ScanError, yara_x.TimeoutError) as error:
            account.gap(Gap("budget", scope.at(), f"YARA rules were not matched to the end: {error}", window.size))
            return
        for rule in results.matching_rules:
            yield _part(rule, scope)


def _part(rule: yara_x.Rule, scope: Scope) -> Metadata:
    places = [(match.offset, match.length) for pattern in rule.patterns for match in pattern.matches]
    offset, length = min(places, default=(0, 0))
    value: dict[str, Json] = {
        str(k): v if isinstance(v, str | int | float | bool) else str(v) for k, v in rule.metadata
    }
    value |= {"rule": rule.identifier, "namespace": rule.namespace, "matches": len(places)}
    return Metadata(scope.at(offset, length), DOCUMENT, value)


def _text(source: str) -> str:
    if source == BUILTIN:
        from importlib.resources import files

        return files("pratique.inspections.yara").joinpath("own.yar").read_text(encoding="utf-8")
    try:
        if os.path.getsize(source) > MAX_RULES_BYTES:
            raise UsageError(f"--yara {source}: more than {MAX_RULES_BYTES >> 20} MiB of rules")
        with open(source, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--yara {source}: {error}") from None
