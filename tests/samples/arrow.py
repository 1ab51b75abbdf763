"""Small valid Arrow streams."""

from __future__ import annotations

from pratique.drill.table_writer import arrow_schema, arrow_stream


def samples() -> dict[str, bytes]:
    return {"data.arrow": arrow_stream(arrow_schema("a"))}
