"""The closed sum of parts: the only language between formats and rules.

Every part has a `where` and a `topic`. The topic is a short key (a format, a carrier, a defect, a document) that rules
subscribe to, so that a rule's module is imported only when its subject occurs.
The union of the byte ranges of the parts that a reader yields for one window is what that reader accounted for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pratique.domain.locator import Locator

Scalar: TypeAlias = str | int | float | bool | None
Json: TypeAlias = "Scalar | list[Json] | dict[str, Json]"
Facts: TypeAlias = tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A Python global as data names it; `None` stands for what is only known at run time."""

    module: str | None
    name: str | None

    def __str__(self) -> str:
        return f"{self.module or '?'}.{self.name or '?'}"


@dataclass(frozen=True, slots=True)
class Member:
    """A region that was understood as `format`: a whole file, an archive entry, a header, a stream."""

    where: Locator
    format: str
    size_bytes: int
    facts: Facts = ()

    @property
    def topic(self) -> str:
        return self.format


@dataclass(frozen=True, slots=True)
class Import:
    """Loading resolves this global. `via` says where its names came from (`literal`, `memo`, `computed`, `extension`…)."""

    where: Locator
    target: Name
    carrier: str  # "pickle", "keras", "hydra", "torchscript", …
    via: str = "literal"

    @property
    def topic(self) -> str:
        return self.carrier


@dataclass(frozen=True, slots=True)
class Call:
    """Loading invokes `target`, or changes the state of what it named.

    `how` is the operation in the carrier's own term (`REDUCE`, `BUILD`, `SETITEM`, `_target_`, …); `arguments` are short
    source-like renderings of what is statically known of the arguments.
    """

    where: Locator
    target: Name
    carrier: str
    how: str
    arguments: tuple[str, ...] = ()
    context: str = ""  # a short disassembly or source excerpt

    @property
    def topic(self) -> str:
        return self.carrier


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named array and the bytes that hold it."""

    where: Locator
    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def topic(self) -> str:
        return self.dtype


@dataclass(frozen=True, slots=True)
class Operator:
    """A node of a computation graph."""

    where: Locator
    framework: str  # "onnx", "tensorflow", "tflite", …
    domain: str
    type: str
    attributes: Facts = ()

    @property
    def topic(self) -> str:
        return self.framework


@dataclass(frozen=True, slots=True)
class Template:
    """A text template that a library renders (a chat template, for example)."""

    where: Locator
    dialect: str  # "jinja2"
    source: str
    role: str = "chat"

    @property
    def topic(self) -> str:
        return self.dialect


@dataclass(frozen=True, slots=True)
class Text:
    """Prose or configuration text, decoded."""

    where: Locator
    text: str
    document: str = "text"

    @property
    def topic(self) -> str:
        return self.document


@dataclass(frozen=True, slots=True)
class Code:
    """Source code or bytecode. `role` says what runs it: `module`, `notebook-cell`, `lambda`, `install`, `startup`, …"""

    where: Locator
    language: str  # "python", "python-bytecode", "shell", "torchscript", …
    source: str
    role: str = "module"

    @property
    def topic(self) -> str:
        return self.language


@dataclass(frozen=True, slots=True)
class Native:
    """Machine code."""

    where: Locator
    kind: str  # "elf", "pe", "mach-o", "wasm", …
    imports: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        return self.kind


@dataclass(frozen=True, slots=True)
class Table:
    """A table of records."""

    where: Locator
    format: str
    columns: tuple[str, ...]
    rows: int

    @property
    def topic(self) -> str:
        return self.format


@dataclass(frozen=True, slots=True)
class Metadata:
    """A parsed document or header: configuration, manifest, key-value block."""

    where: Locator
    document: str  # "hf-config", "keras-config", "gguf", "pickle-stream", …
    value: Json

    @property
    def topic(self) -> str:
        return self.document


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes that contradict their format. With `lost`, what follows in this window could not be read and is a gap."""

    where: Locator
    defect: str  # `FORMAT-DEFECT`, for example "zip-name-differs"; rules subscribe to it
    message: str
    facts: Facts = ()
    lost: bool = False

    @property
    def topic(self) -> str:
        return self.defect


Part: TypeAlias = (
    Member | Import | Call | Tensor | Operator | Template | Text | Code | Native | Table | Metadata | Broken
)
