"""What every Protocol Buffers reader says of a field: that it was read, or that the format does not define it."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.part import Member
from pratique.formats.contract import Nested, Scope, Yield
from pratique.formats.protobuf_wire import LENGTH, Schema, Wire, WireField


def understood(found: WireField, message: Schema, scope: Scope) -> Member:
    """Accounts for a field that was read."""
    name = f"{message.name.lower()}-{message.name_of(found).replace('_', '-')}"
    return Member(scope.at(found.offset, found.length), name, found.length)


def undefined(found: WireField, message: Schema, wire: Wire, scope: Scope) -> Iterator[Yield]:
    """Reports a field that parsers skip silently, and has its content looked at for what it is."""
    text = f"{message.name} has a field {found.number} of wire type {found.kind}, which the format does not define"
    yield scope.broken("protobuf-unknown-field", text, found.offset, found.length, field=found.number)
    if found.kind == LENGTH and found.payload.length >= 8:
        where = scope.at(found.payload.offset, found.payload.length)
        window = wire.window.slice(found.payload.offset, found.payload.length)
        yield Nested(f"{message.name}.{found.number}", window, where, raw=True)
