"""TensorFlow graphs: nodes as operators, function libraries, constants as tensors.

Source: https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/framework (graph.proto, node_def.proto,
attr_value.proto, function.proto, tensor.proto) and core/protobuf/meta_graph.proto, saved_object_graph.proto.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.domain.part import Member, Metadata, Operator, Scalar, Tensor
from pratique.formats.contract import Nested, Scope, Yield
from pratique.formats.protobuf_wire import LENGTH, Decoded, Schema, Span, Wire, WireField, schema

GRAPH_DEF = schema("GraphDef", INT="3:version", BYTES="1:node 2:library 4:versions 5:debug_info")
NODE_DEF = schema("NodeDef", BYTES="1:name 2:op 3:input 4:device 5:attr 6:experimental_debug_info 7:experimental_type")
ENTRY = schema("MapEntry", BYTES="1:key 2:value")
ATTR_VALUE = schema(
    "AttrValue", INT="3:i 5:b 6:type", FLOAT="4:f", BYTES="1:list 2:s 7:shape 8:tensor 9:placeholder 10:func"
)
LIST_VALUE = schema("ListValue", BYTES="2:s 7:shape 8:tensor 9:func", NUMBERS="3:i 4:f 5:b 6:type")
TENSOR = schema(
    "TensorProto",
    INT="1:dtype 3:version_number",
    BYTES="2:tensor_shape 4:tensor_content 8:string_val 14:resource_handle_val 15:variant_val",
    NUMBERS="5:float_val 6:double_val 7:int_val 9:scomplex_val 10:int64_val 11:bool_val 12:dcomplex_val 13:half_val"
    " 16:uint32_val 17:uint64_val 18:float8_val",
)
SHAPE = schema("TensorShapeProto", BYTES="2:dim", INT="3:unknown_rank")
DIM = schema("Dim", INT="1:size", BYTES="2:name")
LIBRARY = schema("FunctionDefLibrary", BYTES="1:function 2:gradient 3:registered_gradients")
FUNCTION = schema(
    "FunctionDef",
    BYTES="1:signature 3:node_def 4:ret 5:attr 6:control_ret 7:arg_attr 8:resource_arg_unique_id",
)
OP_DEF = schema(
    "OpDef",
    BYTES="1:name 2:input_arg 3:output_arg 4:attr 5:summary 6:description 8:deprecation 20:control_output",
    INT="16:is_aggregate 17:is_stateful 18:is_commutative 19:allows_uninitialized_input 21:is_distributed",
)
META_GRAPH = schema(
    "MetaGraphDef",
    BYTES="1:meta_info_def 2:graph_def 3:saver_def 4:collection_def 5:signature_def 6:asset_file_def"
    " 7:object_graph_def",
)
META_INFO = schema(
    "MetaInfoDef",
    BYTES="1:meta_graph_version 2:stripped_op_list 3:any_info 4:tags 5:tensorflow_version 6:tensorflow_git_version"
    " 8:function_aliases",
    INT="7:stripped_default_attrs",
)
ASSET = schema("AssetFileDef", BYTES="1:tensor_info 2:filename")
OBJECT_GRAPH = schema("SavedObjectGraph", BYTES="1:nodes 2:concrete_functions")
OBJECT = schema(
    "SavedObject",
    BYTES="1:children 3:slot_variables 4:user_object 5:asset 6:function 7:variable 8:bare_concrete_function"
    " 9:constant 10:resource 11:saveable_objects 12:captured_tensor 13:registered_name 14:serialized_user_proto"
    " 15:dependencies 16:registered_saver",
)
USER_OBJECT = schema("SavedUserObject", BYTES="1:identifier 2:version 3:metadata")
# types.proto, DataType.
DTYPES = (
    "invalid", "float32", "float64", "int32", "uint8", "int16", "int8", "string", "complex64", "int64", "bool", "qint8",
    "quint8", "qint32", "bfloat16", "qint16", "quint16", "uint16", "complex128", "float16", "resource", "variant",
    "uint32", "uint64", "float8_e5m2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e4m3b11fnuz", "float8_e5m2fnuz",
    "int4", "uint4", "int2", "uint2",
)  # fmt: skip
# Operators whose text inputs say what they reach; their literal inputs are resolved and told with them.
RESOLVED = frozenset(
    {
        "ReadFile", "WriteFile", "MatchingFiles", "SaveV2", "RestoreV2", "Save", "SaveSlices", "Restore",
        "RestoreSlice",
        "MergeV2Checkpoints", "TFRecordDataset", "TFRecordDatasetV2", "TextLineDataset", "FixedLengthRecordDataset",
        "FixedLengthRecordDatasetV2", "SqlDataset", "ExperimentalSqlDataset", "LMDBDataset", "ExperimentalLMDBDataset",
        "LMDBReader", "CSVDataset", "CSVDatasetV2", "ExperimentalCSVDataset", "MatchingFilesDataset",
        "ExperimentalMatchingFilesDataset", "InitializeTableFromTextFile", "InitializeTableFromTextFileV2",
        "SaveDataset", "SaveDatasetV2", "LoadDataset", "DatasetToTFRecord", "SnapshotDataset", "SnapshotDatasetV2",
        "CacheDataset", "CacheDatasetV2", "CreateSummaryFileWriter", "CreateSummaryDbWriter", "DataServiceDataset",
        "DataServiceDatasetV2", "DataServiceDatasetV3", "DataServiceDatasetV4", "RemoteCall", "RpcClient",
        "FileSystemSetConfiguration", "CopyToMesh", "LoadAndRemapMatrix", "GenerateVocabRemapping", "BigQueryReader",
    }
)  # fmt: skip
OP_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_>.\\/-]*")
PASSED_ON = frozenset(
    {"Identity", "StringJoin", "AddV2", "Add", "Reshape", "ShardedFilename", "PlaceholderWithDefault"}
)
MAX_LITERALS = 20_000
MAX_PENDING = 20_000
MAX_LITERAL_BYTES = 400
MAX_CONFIG_BYTES = 16 << 20
MAX_RESOLVE_STEPS = 16


@dataclass(slots=True)
class _Nodes:
    """What one graph or function body needs to resolve literal inputs once all of its nodes are known."""

    literals: dict[str, str] = field(default_factory=dict)
    joined: dict[str, list[str]] = field(default_factory=dict)  # pass-through and concatenation nodes: their inputs
    pending: list[tuple[Operator, list[str]]] = field(default_factory=list)

    def literal(self, source: str, steps: int = 0) -> str | None:
        """The constant text that arrives from `source` (`name`, `name:output:0`, `name:0`), or None."""
        name = source.split(":", maxsplit=1)[0]
        if name in self.literals:
            return self.literals[name]
        if name not in self.joined or steps > MAX_RESOLVE_STEPS:
            return None
        pieces = [self.literal(part, steps + 1) for part in self.joined[name][:8]]
        known = [p for p in pieces if p is not None]
        return "".join(known) if known else None


@dataclass(slots=True)
class GraphReader:
    """Reads the graphs of one file; `functions` are the names that its libraries define."""

    wire: Wire
    scope: Scope
    functions: frozenset[str] = frozenset()

    def graph_def(self, span: Span, pointer: str) -> Iterator[Yield]:
        nodes = _Nodes()
        count = 0
        for found in self.wire.fields(span):
            name = GRAPH_DEF.name_of(found)
            if name == "node":
                yield from self._node(found, nodes, f"{pointer}/node/{count}")
                count += 1
            elif name == "library":
                yield from self._library(found.payload, f"{pointer}/library")
            elif not name:
                yield from self.unknown(found, GRAPH_DEF)
        yield from _resolved(nodes)

    def meta_graph(self, span: Span, pointer: str) -> Iterator[Yield]:
        for found in self.wire.fields(span):
            name = META_GRAPH.name_of(found)
            if name == "graph_def":
                yield from self.graph_def(found.payload, f"{pointer}/graph_def")
            elif name == "asset_file_def":
                asset = self.wire.decode(found.payload, ASSET)
                where = self.scope.at(found.offset, found.length, pointer=f"{pointer}/asset_file_def")
                yield Metadata(where, "tensorflow-asset", {"filename": asset.text("filename", 4096)})
            elif name == "object_graph_def":
                yield from self._objects(found.payload, f"{pointer}/object_graph_def")
            elif name == "meta_info_def":
                info = self.wire.decode(found.payload, META_INFO)
                version = {"tensorflow_version": info.text("tensorflow_version", 64)}
                yield Metadata(self.scope.at(found.offset, found.length), "tensorflow", {**version})
            elif not name:
                yield from self.unknown(found, META_GRAPH)

    def unknown(self, found: WireField, message: Schema) -> Iterator[Yield]:
        """A field that no version of TensorFlow has: skipped by parsers, so its content is looked at for what it is."""
        text = f"{message.name} has a field {found.number} of wire type {found.kind}, which TensorFlow does not define"
        yield self.scope.broken("tensorflow-unknown-field", text, found.offset, found.length, field=found.number)
        if found.kind == LENGTH and found.payload.length >= 8:
            window = self.wire.window.slice(found.payload.offset, found.payload.length)
            where = self.scope.at(found.payload.offset, found.payload.length)
            yield Nested(f"{message.name}.{found.number}", window, where, raw=True)

    def config(self, span: Span, pointer: str) -> Iterator[Yield]:
        """Keras configuration as JSON text in a field."""
        if not 2 <= span.length <= MAX_CONFIG_BYTES:
            return
        try:
            value = json.loads(self.wire.data(span, MAX_CONFIG_BYTES))
        except (ValueError, RecursionError):
            return
        if isinstance(value, dict) and "class_name" in value:
            yield Metadata(self.scope.at(span.offset, span.length, pointer=pointer), "keras-saved-object", value)

    def _library(self, span: Span, pointer: str) -> Iterator[Yield]:
        count = 0
        for found in self.wire.fields(span):
            name = LIBRARY.name_of(found)
            if name == "function":
                yield from self._function(found.payload, f"{pointer}/function/{count}")
                count += 1
            elif not name:
                yield from self.unknown(found, LIBRARY)

    def _function(self, span: Span, pointer: str) -> Iterator[Yield]:
        nodes = _Nodes()
        count = 0
        for found in self.wire.fields(span):
            name = FUNCTION.name_of(found)
            if name == "node_def":
                yield from self._node(found, nodes, f"{pointer}/node_def/{count}")
                count += 1
            elif not name:
                yield from self.unknown(found, FUNCTION)
        yield from _resolved(nodes)

    def _node(self, found: WireField, nodes: _Nodes, pointer: str) -> Iterator[Yield]:
        node = self.wire.decode(found.payload, NODE_DEF)
        name, op = node.text("name", 512), node.text("op", 256)
        facts: list[tuple[str, Scalar]] = [("name", name)]
        if op in self.functions:
            facts.append(("defined", "function of this model"))
        where = self.scope.at(found.offset, found.length, pointer=pointer)
        for entry in node.all("attr"):
            pair = self.wire.decode(entry, ENTRY)
            value_span = pair.last("value")
            if value_span is None:
                continue
            value = self.wire.decode(value_span, ATTR_VALUE)
            fact = self._fact(value)
            if fact is not None:
                facts.append(("attribute." + pair.text("key", 128), fact))
            for tensor_span in value.all("tensor")[:16]:
                tensor, literal = self._tensor(tensor_span)
                yield Tensor(where, name, *tensor)
                if op == "Const" and literal is not None and len(nodes.literals) < MAX_LITERALS:
                    nodes.literals[name] = literal
            for unknown in value.unknown:
                yield from self.unknown(unknown, ATTR_VALUE)
        for unknown in node.unknown:
            yield from self.unknown(unknown, NODE_DEF)
        operator = Operator(where, "tensorflow", "", op, tuple(facts))
        if op in PASSED_ON and len(nodes.joined) < MAX_LITERALS:
            nodes.joined[name] = node.texts("input", 512)
        if op in RESOLVED and len(nodes.pending) < MAX_PENDING:
            nodes.pending.append((operator, node.texts("input", 512)))
        else:
            yield operator

    def _fact(self, value: Decoded) -> Scalar:
        if "s" in value.spans:
            return value.text("s", MAX_LITERAL_BYTES)
        if "func" in value.spans:
            return self.wire.decode(value.spans["func"][-1], ENTRY).text("key", 256)
        if "list" in value.spans:
            texts = self.wire.decode(value.spans["list"][-1], LIST_VALUE).texts("s", 256)
            return " ".join(texts)[:MAX_LITERAL_BYTES] if texts else None
        if "i" in value.numbers:
            return value.number("i")
        return bool(value.number("b")) if "b" in value.numbers else None

    def _tensor(self, span: Span) -> tuple[tuple[str, tuple[int, ...]], str | None]:
        """Type and shape, and the text when it is text."""
        tensor = self.wire.decode(span, TENSOR)
        code = tensor.number("dtype")
        dtype = DTYPES[code] if code < len(DTYPES) else f"type-{code}"
        shape: list[int] = []
        shape_span = tensor.last("tensor_shape")
        if shape_span is not None:
            for dim in self.wire.decode(shape_span, SHAPE).all("dim")[:64]:
                shape.append(self.wire.decode(dim, DIM).number("size"))
        literal = None
        if tensor.all("string_val"):
            literal = " ".join(self.wire.text(s, MAX_LITERAL_BYTES) for s in tensor.all("string_val")[:8])
        return (dtype, tuple(shape)), literal

    def _objects(self, span: Span, pointer: str) -> Iterator[Yield]:
        count = 0
        for found in self.wire.fields(span):
            name = OBJECT_GRAPH.name_of(found)
            if name == "nodes":
                node = self.wire.decode(found.payload, OBJECT)
                user = node.last("user_object")
                if user is not None:
                    decoded = self.wire.decode(user, USER_OBJECT)
                    for metadata in decoded.all("metadata"):
                        yield from self.config(metadata, f"{pointer}/nodes/{count}/user_object/metadata")
                for unknown in node.unknown:
                    yield from self.unknown(unknown, OBJECT)
                count += 1
            elif not name:
                yield from self.unknown(found, OBJECT_GRAPH)


def _resolved(nodes: _Nodes) -> Iterator[Yield]:
    for operator, inputs in nodes.pending:
        literals = [(f"input.{i}", nodes.literal(source)) for i, source in enumerate(inputs[:8])]
        facts = (*operator.attributes, *((key, text) for key, text in literals if text is not None))
        yield Operator(operator.where, operator.framework, operator.domain, operator.type, facts)


def function_names(wire: Wire, library: Span) -> Iterator[str]:
    """The names that a FunctionDefLibrary defines. Raises `WireError`."""
    for found in wire.fields(library):
        if LIBRARY.name_of(found) == "function":
            for inner in wire.fields(found.payload):
                if FUNCTION.name_of(inner) == "signature":
                    yield wire.decode(inner.payload, OP_DEF).text("name", 512)


def is_graph_def(wire: Wire, span: Span) -> bool:
    """Whether the first field is a node (or a library) as TensorFlow writes it."""
    for found in wire.fields(span):
        name = GRAPH_DEF.name_of(found)
        if name == "node":
            node = wire.decode(found.payload, NODE_DEF)
            op = node.text("op", 64)
            return not node.unknown and bool(node.text("name", 64)) and OP_NAME.fullmatch(op) is not None
        if name == "library":
            names = list(function_names(wire, found.payload))
            return bool(names) and all(names) and all(n.isprintable() for n in names)
        if name not in ("version", "versions"):
            return False
    return False


def region(scope: Scope, found: WireField, name: str) -> Member:
    """Accounts for a top-level field that was read as `name`."""
    return Member(scope.at(found.offset, found.length), f"tensorflow-{name.replace('_', '-')}", found.length)
