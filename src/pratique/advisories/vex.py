"""OpenVEX documents: what a publisher says of an advisory and its product.

Source: OpenVEX specification 0.2.0. Only `not_affected` and `fixed` answer an advisory; the newest statement on a pair decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from pratique.advisories.osv import normalised
from pratique.domain.advisory import Advisory
from pratique.domain.errors import UsageError

ANSWERS = frozenset({"not_affected", "fixed"})
MAX_STATEMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement that an advisory does not apply."""

    status: str
    why: str
    document: str


class Statements:
    """The statements of some documents, by vulnerability and product."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], tuple[str, Answer | None]] = {}

    def add(self, data: bytes, source: str) -> None:
        """Read a document. Raises `UsageError` for what is not OpenVEX."""
        try:
            document = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{source}: not JSON: {error}") from None
        if not isinstance(document, dict) or "openvex" not in str(document.get("@context", "")):
            raise UsageError(f"{source}: not an OpenVEX document")
        listed = document.get("statements")
        for statement in (listed if isinstance(listed, list) else [])[:MAX_STATEMENTS]:
            if isinstance(statement, dict):
                self._statement(statement, str(document.get("timestamp", "")), source)

    def _statement(self, statement: dict[str, Any], issued: str, source: str) -> None:
        vulnerability = statement.get("vulnerability")
        names = [vulnerability] if isinstance(vulnerability, str) else []
        if isinstance(vulnerability, dict):
            listed = vulnerability.get("aliases")
            names = [str(n) for n in (vulnerability.get("name"), *(listed if isinstance(listed, list) else []))]
        status = str(statement.get("status", ""))
        why = str(statement.get("justification") or statement.get("impact_statement") or "")[:200]
        when = str(statement.get("timestamp") or issued)
        answer = Answer(status, why, source) if status in ANSWERS else None
        products = statement.get("products")
        for product in products if isinstance(products, list) else []:
            purl = product if isinstance(product, str) else product.get("@id") if isinstance(product, dict) else None
            for name in names:
                if isinstance(purl, str):
                    key = (name, _canonical(purl))
                    if key not in self._said or self._said[key][0] <= when:
                        self._said[key] = (when, answer)

    def answer(self, advisory: Advisory, ecosystem: str, name: str, version: str) -> Answer | None:
        """The statement on this release, or on all versions of its package."""
        kind = {"PyPI": "pypi", "npm": "npm", "crates.io": "cargo", "Go": "golang"}.get(ecosystem, ecosystem.lower())
        bare = f"pkg:{kind}/{normalised(ecosystem, name)}"
        for purl in (f"{bare}@{version}", bare):
            for id_ in (advisory.id, *advisory.aliases):
                said = self._said.get((id_, purl))
                if said is not None:
                    return said[1]
        return None


def read(documents: Iterable[tuple[str, bytes]]) -> Statements:
    """The statements of documents, given with their names."""
    found = Statements()
    for source, data in documents:
        found.add(data, source)
    return found


def _canonical(purl: str) -> str:
    """Without qualifiers, and the name of a PyPI package normalised (package-url specification)."""
    text = unquote(purl.partition("?")[0].partition("#")[0])
    if not text.startswith("pkg:pypi/"):
        return text
    name, at, version = text.removeprefix("pkg:pypi/").partition("@")
    return f"pkg:pypi/{normalised('PyPI', name)}{at}{version}"
