"""Tables whose schema is a pickle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.table_writer import arrow_schema, arrow_stream, parquet

PICKLE = b"cbuiltins\nprint\n(Vpratique-drill\ntR."
TYPE = "arrow.py_extension_type"


def _writes(name: str, data: bytes) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return build


ATTACKS = (
    Attack(
        id="arrow-pickled-type",
        title="An Arrow stream whose column type is a pickle (CVE-2023-47248)",
        path=AttackPath.DATASET,
        trips=("loading/arrow-pickled-type",),
        build=_writes("data.arrow", arrow_stream(arrow_schema("a", TYPE, PICKLE))),
        twin=_writes("data.arrow", arrow_stream(arrow_schema("a", "arrow.uuid"))),
        where="data.arrow",
    ),
    Attack(
        id="parquet-pickled-type",
        title="A Parquet file whose Arrow schema holds a pickle (CVE-2023-47248)",
        path=AttackPath.DATASET,
        trips=("loading/arrow-pickled-type",),
        build=_writes("data.parquet", parquet(arrow_schema("a", TYPE, PICKLE))),
        twin=_writes("data.parquet", parquet(arrow_schema("a", "arrow.uuid"))),
        where="data.parquet",
    ),
)
