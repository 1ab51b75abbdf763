"""TOML policy documents to `Policy` (`docs/spec/policy.md`). Every error names the document, the key and the nearest known one."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any, TypeVar

from pratique.domain.errors import UsageError
from pratique.domain.finding import Confidence, Severity
from pratique.domain.policy import (
    AttestationClause,
    Clause,
    FindingClause,
    FormatClause,
    GapClause,
    Policy,
)
from pratique.domain.report import GAP_KINDS
from pratique.domain.verdict import Decision
from pratique.policy.builtin_index import POLICIES

T = TypeVar("T")

SCHEMA = "pratique.policy/1"
BUILTIN = tuple(POLICIES)
MAX_DOCUMENT_CHARACTERS = 1 << 20
_DOCUMENT_KEYS = ("schema", "name", "description", "valid_days", "clause")
_CLAUSE_KEYS = {
    "severity": ("id", "decision", "because", "severity", "confidence", "rules"),
    "gaps": ("id", "decision", "because", "gaps"),
    "formats": ("id", "decision", "because", "formats"),
    "attestation": ("id", "decision", "because", "attestation", "signers"),
}


def load(name_or_path: str) -> Policy:
    """A builtin policy by name, or a policy document by path."""
    if name_or_path in POLICIES:
        return from_document(POLICIES[name_or_path], name_or_path)
    if not os.path.isfile(name_or_path):
        known = ", ".join(BUILTIN)
        near = nearest(name_or_path, BUILTIN)
        raise UsageError(f"no policy named {name_or_path!r} and no such file; builtin policies: {known}{near}")
    try:
        with open(name_or_path, encoding="utf-8") as file:
            text = file.read(MAX_DOCUMENT_CHARACTERS)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"policy {name_or_path}: {error}") from None
    return parse(text, name_or_path)


def parse(text: str, source: str) -> Policy:
    """The policy in `text`; `source` is named in errors."""
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"policy {source}: not TOML: {error}") from None
    return from_document(document, source)


def from_document(document: Mapping[str, Any], source: str) -> Policy:
    """The policy in a parsed document."""
    check_keys(document, _DOCUMENT_KEYS, f"policy {source}")
    if document.get("schema") != SCHEMA:
        raise UsageError(f'policy {source}: schema must be "{SCHEMA}", not {document.get("schema")!r}')
    clauses = document.get("clause", [])
    if not isinstance(clauses, list) or not clauses:
        raise UsageError(f"policy {source}: it has no [[clause]]")
    parsed = tuple(_clause(entry, f"policy {source}, clause {n}") for n, entry in enumerate(clauses, 1))
    ids = [clause.id for clause in parsed]
    for twice in {i for i in ids if ids.count(i) > 1}:
        raise UsageError(f"policy {source}: two clauses are named {twice!r}")
    valid_days = document.get("valid_days")
    if valid_days is not None and (type(valid_days) is not int or valid_days < 1):
        raise UsageError(f"policy {source}: valid_days must be a whole number of days, not {valid_days!r}")
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return Policy(str(document.get("name", source)), parsed, digest, valid_days=valid_days)


def _clause(entry: Any, at: str) -> Clause:
    if not isinstance(entry, dict):
        raise UsageError(f"{at}: not a table")
    kinds = [kind for kind in _CLAUSE_KEYS if kind in entry]
    if len(kinds) != 1:
        check_keys(entry, tuple({key for keys in _CLAUSE_KEYS.values() for key in keys}), at)
        raise UsageError(f"{at}: it needs exactly one of {', '.join(_CLAUSE_KEYS)}")
    kind = kinds[0]
    check_keys(entry, _CLAUSE_KEYS[kind], at)
    id_ = _string(entry, "id", at)
    decision = _choice(entry, "decision", Decision.__members__, at)
    because = _string(entry, "because", at, default="")
    if kind == "severity":
        severity = _choice(entry, "severity", Severity.__members__, at)
        confidence = _choice(entry, "confidence", Confidence.__members__, at, default=Confidence.LOW)
        return FindingClause(id_, decision, severity, confidence, _strings(entry, "rules", at), because)
    if kind == "gaps":
        gaps = () if entry["gaps"] == "any" else _strings(entry, "gaps", at, known=tuple(GAP_KINDS))
        return GapClause(id_, decision, gaps, because)
    if kind == "formats":
        return FormatClause(id_, decision, _strings(entry, "formats", at), because)
    return AttestationClause(id_, decision, _string(entry, "attestation", at), _strings(entry, "signers", at), because)


def nearest(word: str, known: tuple[str, ...]) -> str:
    """A phrase that names the nearest known word, if one is near."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def check_keys(table: Mapping[str, Any], known: tuple[str, ...], at: str) -> None:
    for key in table:
        if key not in known:
            raise UsageError(f"{at}: unknown key {key!r}{nearest(key, known)}")


def _string(table: Mapping[str, Any], key: str, at: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise UsageError(f"{at}: {key} must be a string")
    return value


def _strings(table: Mapping[str, Any], key: str, at: str, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{at}: {key} must be a list of strings")
    for item in value:
        if known and item not in known:
            raise UsageError(f"{at}: {key} has no {item!r}{nearest(item, known)}; known: {', '.join(known)}")
    return tuple(value)


def _choice(table: Mapping[str, Any], key: str, choices: Mapping[str, T], at: str, default: T | None = None) -> T:
    value = table.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or value not in choices:
        raise UsageError(
            f"{at}: {key} must be one of {', '.join(choices)}, not {value!r}{nearest(str(value), tuple(choices))}"
        )
    return choices[value]
