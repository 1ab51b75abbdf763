"""Waiver and baseline files: findings that an owner accepted, with a reason, until a day."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

from pratique.domain.errors import UsageError
from pratique.domain.policy import Waiver
from pratique.policy.parse import check_keys

MAX_DOCUMENT_CHARACTERS = 16 << 20
SCHEMA = "pratique.waivers/1"
_KEYS = ("finding", "owner", "reason", "expires")


def load(path: str) -> tuple[Waiver, ...]:
    """The waivers in a TOML file of `[[waiver]]` tables (`docs/spec/policy.md`)."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(MAX_DOCUMENT_CHARACTERS)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"waivers {path}: {error}") from None
    return check(text, path)


def check(text: str, path: str) -> tuple[Waiver, ...]:
    """The waivers in `text`; every error names `path` and the entry."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"waivers {path}: {error}") from None
    check_keys(document, ("schema", "waiver"), f"waivers {path}")
    if document.get("schema") != SCHEMA:
        raise UsageError(f'waivers {path}: schema must be "{SCHEMA}"')
    entries = document.get("waiver", [])
    if not isinstance(entries, list):
        raise UsageError(f"waivers {path}: waiver must be a list of tables")
    return tuple(_waiver(entry, f"waivers {path}, waiver {n}") for n, entry in enumerate(entries, 1))


def _waiver(entry: Any, at: str) -> Waiver:
    if not isinstance(entry, dict):
        raise UsageError(f"{at}: not a table")
    check_keys(entry, _KEYS, at)
    values = {key: entry.get(key) for key in _KEYS}
    if isinstance(values["expires"], date):
        values["expires"] = values["expires"].isoformat()[:10]
    for key, value in values.items():
        if not isinstance(value, str) or not value.strip():
            raise UsageError(f"{at}: {key} is missing; a waiver needs finding, owner, reason and expires")
    try:
        date.fromisoformat(str(values["expires"]))
    except ValueError:
        raise UsageError(f"{at}: expires must be a date such as 2027-01-31, not {values['expires']!r}") from None
    return Waiver(**{key: str(value) for key, value in values.items()})


def render(waivers: tuple[Waiver, ...]) -> str:
    """A waiver file; `pratique inspect --write-baseline` makes one of all present findings."""
    lines = [f'schema = "{SCHEMA}"']
    for waiver in waivers:
        lines += ["", "[[waiver]]"]
        lines += [f"{key} = {_quoted(getattr(waiver, key))}" for key in _KEYS]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text if ord(c) < 0x10000)
    return f'"{escaped}"'
