"""Whether what a reference names upstream is still what it was: a moved tag is a change although no file here has changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from pratique.domain.errors import PratiqueError
from pratique.domain.held import Reference
from pratique.watch.alert import UPSTREAM, Alert
from pratique.watch.records import Records


class Resolver(Protocol):
    """A source that can say what a reference names now without fetching it all."""

    def accepts(self, reference: Reference) -> bool: ...

    def resolve(self, reference: Reference) -> str:
        """The revision: a commit, a digest. Raises `UnavailableError`."""
        ...


def moved(references: Sequence[str], resolvers: Sequence[Resolver], records: Records) -> Iterator[Alert]:
    """Resolve each reference again; one that names something else is told once. A failure is told and tried again."""
    for text in references:
        reference = Reference(text)
        resolver = next((r for r in resolvers if r.accepts(reference)), None)
        if resolver is None:
            continue
        try:
            revision = resolver.resolve(reference)
        except PratiqueError as error:
            yield Alert(UPSTREAM, text, "", f"could not be resolved: {error}", time.time())
            continue
        before = records.revision(text)
        if before != revision:
            records.set_revision(text, revision)
        if before is not None and before != revision:
            yield Alert(UPSTREAM, text, "", f"was {before}, is {revision}", time.time())
