"""XML model files: elements streamed by expat, which fetches nothing and expands no entity here.

Source: https://www.w3.org/TR/xml/. OpenVINO IR (`<net>` with `<layers>`: https://docs.openvino.ai, "Operation sets")
and PMML
(https://dmg.org/pmml) are read for what their elements name; other XML is only looked at for declarations that reach
outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata, Operator, Part, Scalar, Text
from pratique.formats.contract import CERTAIN, POSSIBLE, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAX_DEPTH = 1024
MAX_TEXT_CHARACTERS = 65_536
CHUNK_BYTES = 1 << 16
MODELS = {"net": "openvino", "PMML": "pmml"}
CODE_ELEMENTS = frozenset({"script", "javascript", "groovy", "python", "code", "expression"})


class _Stop(Exception):
    """Reading on would expand entities or nest without end."""


def probe(head: Head) -> int:
    if not head.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
        (b"<?xml", b"<!DOCTYPE net", b"<!DOCTYPE PMML", b"<net", b"<PMML")
    ):
        return 0
    return CERTAIN if b"<net" in head.data or b"<PMML" in head.data else POSSIBLE + 30


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    reader = _Reader(scope)
    done = 0
    try:
        for chunk in window.chunks(0, size=CHUNK_BYTES):
            reader.parser.Parse(chunk, False)
            done += len(chunk)
            yield from reader.drain()
        reader.parser.Parse(b"", True)
    except (expat.ExpatError, _Stop, ValueError, LookupError) as error:
        yield from reader.drain()
        if reader.root not in MODELS and not isinstance(error, _Stop):
            # Not a model: templates and fragments are text to whoever reads them.
            yield scope.broken("xml-loose", f"not well-formed: {error}", 0, window.size)
            return
        yield scope.broken("xml-syntax", f"not read on: {error}", done, lost=True)
        return
    yield from reader.drain()
    kind = MODELS.get(reader.root, "document")
    yield Member(scope.at(0, window.size), f"xml-{kind}", window.size)
    if kind == "openvino":
        location = scope.name.removesuffix(".xml") + ".bin"
        yield Metadata(scope.at(pointer=""), "companion", {"location": location})


@dataclass(slots=True)
class _Reader:
    scope: Scope
    root: str = ""
    parts: list[Part] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    text_characters: int = 0
    parser: expat.XMLParserType = field(default_factory=lambda: expat.ParserCreate(namespace_separator=None))

    def __post_init__(self) -> None:
        parser = self.parser
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.EntityDeclHandler = self.entity
        parser.StartDoctypeDeclHandler = self.doctype
        parser.ProcessingInstructionHandler = self.instruction

    def drain(self) -> Iterator[Part]:
        yield from self.parts
        self.parts.clear()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        plain = name.rsplit(":", 1)[-1]
        self.root = self.root or plain
        self.path.append(plain)
        if len(self.path) > MAX_DEPTH:
            raise _Stop(f"elements nest deeper than {MAX_DEPTH}")
        self.text.clear()
        self.text_characters = 0
        where = self.scope.at(self.parser.CurrentByteIndex, line=self.parser.CurrentLineNumber)
        if self.root == "net" and plain == "layer" and "layers" in self.path[-2:-1]:
            facts: tuple[tuple[str, Scalar], ...] = (("name", attributes.get("name", "")[:256]),)
            domain, type_ = attributes.get("version", ""), attributes.get("type", "")
            self.parts.append(Operator(where, "openvino", domain[:128], type_[:128], facts))
        elif self.root == "PMML" and plain == "Apply" and "function" in attributes:
            self.parts.append(Operator(where, "pmml", "", attributes["function"][:256]))
        elif plain == "include" and name != plain:
            value = {"kind": "include", "target": attributes.get("href", "")[:1024]}
            self.parts.append(Metadata(where, "xml-external", {**value}))

    def end(self, name: str) -> None:
        plain = self.path.pop() if self.path else ""
        text = "".join(self.text).strip()
        self.text.clear()
        self.text_characters = 0
        if text and plain.lower() in CODE_ELEMENTS and self.root == "PMML":
            where = self.scope.at(self.parser.CurrentByteIndex, line=self.parser.CurrentLineNumber)
            self.parts.append(Metadata(where, "pmml-script", {"element": plain, "text": text[:1024]}))

    def characters(self, data: str) -> None:
        if self.text_characters < MAX_TEXT_CHARACTERS:
            self.text.append(data)
            self.text_characters += len(data)

    def doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        # Other documents name published types that their readers know; a model has none.
        if system is not None and name in MODELS:
            self._external("document type", system)

    def entity(
        self, name: str, parameter: int, value: str | None, base: str | None, system: str | None, public: str | None,
        notation: str | None,
    ) -> None:  # fmt: skip
        if system is not None:
            self._external(f"entity {name}", system)
        elif value is not None and value.count("&") > 1:
            where = self.scope.at(self.parser.CurrentByteIndex, line=self.parser.CurrentLineNumber)
            self.parts.append(Metadata(where, "xml-expansion", {"entity": name[:256], "references": value.count("&")}))

    def instruction(self, target: str, data: str) -> None:
        where = self.scope.at(self.parser.CurrentByteIndex, line=self.parser.CurrentLineNumber)
        self.parts.append(Text(where, f"{target} {data}"[:MAX_TEXT_CHARACTERS], "xml-instruction"))

    def _external(self, kind: str, system: str) -> None:
        where = self.scope.at(self.parser.CurrentByteIndex, line=self.parser.CurrentLineNumber)
        self.parts.append(Metadata(where, "xml-external", {"kind": kind[:256], "target": system[:1024]}))


FORMAT = Format(
    id="xml-document",
    title="XML document (OpenVINO IR, PMML and others)",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"<\xef \n\r\t",
    extensions=(".xml", ".pmml"),
    opens_with="what its declarations include, if the loader follows them",
)
