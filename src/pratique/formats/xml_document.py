"""XML model files: elements streamed by expat, which fetches nothing and expands no entity here.

Source: https://www.w3.org/TR/xml/. OpenVINO IR (`<net>` with `<layers>`: https://docs.openvino.ai, "Operation sets")
and PMML
(https://dmg.org/pmml) are read for what their elements name; SVG, forms of PDF (XFA) and XML with elements of XHTML for what
runs in a browser or reader (SVG 2, 2.11 and 15; HTML, 8.1.8); other XML only for declarations that reach outside.
"""

from __future__ import annotations

import codecs
import re
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
BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml|(?:<!--.{0,4096}?-->\s*){0,9}<(?:!DOCTYPE\s+)?(?:net|PMML|(?:[\w.-]{1,64}:)?svg)\b)",
    re.DOTALL,
)
# Roots, and namespaces of elements, that browsers and PDF readers take for documents with scripts. A whole XHTML page is what a
# browser is for, and stays out of it.
ACTIVE_ROOTS = frozenset({"svg", "xdp", "template"})
ACTIVE_SPACES = frozenset({"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"})
RUNNING_ELEMENTS = frozenset({"script", "handler", "iframe", "object", "embed"})
SCRIPT_ADDRESS = re.compile(
    r"[\x00-\x20]*(?:(?:j\s*a\s*v\s*a|v\s*b)\s*s\s*c\s*r\s*i\s*p\s*t\s*:|data:[^,]*(?:html|script|svg|xml))", re.I
)
CALLS = re.compile(r"[(=;]")
CODE_ELEMENTS = frozenset({"script", "javascript", "groovy", "python", "code", "expression"})


class _Stop(Exception):
    """Reading on would expand entities or nest without end."""


def probe(head: Head) -> int:
    data = head.data
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    if not BEGINS.match(data):
        return 0
    return CERTAIN if b"<net" in data or b"<PMML" in data else POSSIBLE + 30


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
    active: bool = False
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
        self.active = self.active or self.root in ACTIVE_ROOTS or not ACTIVE_SPACES.isdisjoint(attributes.values())
        if self.active and self.root != "html":
            self._runs(plain, attributes)

    def _runs(self, element: str, attributes: dict[str, str]) -> None:
        """What a browser runs: scripts and frames (their text follows at their end), handlers, and addresses that are scripts."""
        if element.lower() in RUNNING_ELEMENTS:
            source = next((v for k, v in attributes.items() if k.rsplit(":", 1)[-1] in ("href", "src", "data")), "")
            if source or element.lower() not in ("script", "handler"):
                self._script(f"<{element}>", source)
        animated = attributes.get("attributeName", "").lower()
        for key, value in attributes.items():
            plain = key.rsplit(":", 1)[-1].lower()
            picture = element in ("image", "feImage") and value.lstrip().startswith("data:")
            address = not picture and SCRIPT_ADDRESS.match(value) is not None
            # elsewhere than in SVG, attributes may be called `only` or `once`
            handler = (
                plain.startswith("on") and len(plain) > 2 and (self.root == "svg" or CALLS.search(value) is not None)
            )
            if handler or address:
                self._script(plain, value)
            elif plain in ("to", "from", "values") and animated.startswith("on"):
                self._script(animated, value)

    def _script(self, kind: str, text: str) -> None:
        where = self.scope.at(self.parser.CurrentByteIndex, line=self.parser.CurrentLineNumber)
        self.parts.append(Metadata(where, "xml-script", {"kind": kind[:64], "text": text[:1024]}))

    def end(self, name: str) -> None:
        plain = self.path.pop() if self.path else ""
        text = "".join(self.text).strip()
        self.text.clear()
        self.text_characters = 0
        if text and plain.lower() in CODE_ELEMENTS and self.root == "PMML":
            where = self.scope.at(self.parser.CurrentByteIndex, line=self.parser.CurrentLineNumber)
            self.parts.append(Metadata(where, "pmml-script", {"element": plain, "text": text[:1024]}))
        elif text and self.active and self.root != "html" and plain.lower() in ("script", "handler"):
            self._script(f"<{plain}>", text)

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
    title="XML document (OpenVINO IR, PMML, SVG and others)",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"<\xef\xff\xfe \n\r\t",
    extensions=(".xml", ".pmml", ".svg"),
    opens_with="what its declarations include, if the loader follows them; scripts of SVG, in a browser",
)
