"""Small valid Parquet files."""

from __future__ import annotations

from pratique.drill.table_writer import arrow_schema, parquet


def samples() -> dict[str, bytes]:
    return {"plain.parquet": parquet(), "arrow.parquet": parquet(arrow_schema("a"))}
