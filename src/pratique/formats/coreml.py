"""Core ML models (`.mlmodel`): one Model message.

Source: https://github.com/apple/coremltools/tree/main/mlmodel/format (Model.proto, MIL.proto, NeuralNetwork.proto,
CustomModel.proto, LinkedModel.proto). Custom models and layers name classes that the application must link.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Metadata, Operator
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_regions import undefined, understood
from pratique.formats.protobuf_wire import LENGTH, Span, Wire, WireError, WireField, outline, schema
from pratique.formats.window import Window

MODEL = schema(
    "Model",
    INT="1:specification_version 10:is_updatable",
    BYTES="2:description 200:pipeline_classifier 201:pipeline_regressor 202:pipeline 300:glm_regressor"
    " 301:support_vector_regressor 302:tree_ensemble_regressor 303:neural_network_regressor"
    " 304:bayesian_probit_regressor 400:glm_classifier 401:support_vector_classifier 402:tree_ensemble_classifier"
    " 403:neural_network_classifier 404:k_nearest_neighbors_classifier 500:neural_network"
    " 501:item_similarity_recommender 502:ml_program 555:custom_model 556:linked_model"
    " 560:class_confidence_thresholding 600:one_hot_encoder 601:imputer 602:feature_vectorizer 603:dict_vectorizer"
    " 604:scaler 606:categorical_mapping 607:normalizer 609:array_feature_extractor 610:non_maximum_suppression"
    " 900:identity 2000:text_classifier 2001:word_tagger 2002:vision_feature_print"
    " 2003:sound_analysis_preprocessing 2004:gazetteer 2005:word_embedding 2006:audio_feature_print"
    " 3000:serialized_model",
)
DESCRIPTION = schema(
    "ModelDescription",
    BYTES="1:input 10:output 11:predicted_feature_name 12:predicted_probabilities_name 13:state 20:functions"
    " 21:default_function_name 50:training_input 100:metadata",
)
CUSTOM = schema("CustomModel", BYTES="10:class_name 20:weights 30:parameters 40:description")
TEXT_PARAMETER = schema("StringParameter", BYTES="1:default_value")
LINKED_FILE = schema("LinkedModelFile", BYTES="1:file_name 2:search_path")
LAYER_CUSTOM = 500
PROGRAM = schema("Program", INT="1:version", BYTES="2:functions 3:doc_string 4:attributes")
ENTRY = schema("MapEntry", BYTES="1:key 2:value")
FUNCTION = schema("Function", BYTES="1:inputs 2:opset 3:block_specializations 4:attributes")
BLOCK = schema("Block", BYTES="1:inputs 2:outputs 3:operations 4:attributes")
OPERATION = schema("Operation", BYTES="1:type 2:inputs 3:outputs 4:blocks 5:attributes")
VALUE = schema("Value", BYTES="1:doc_string 2:type 3:immediate_value 5:blob_file_value")
BLOB = schema("BlobFileValue", BYTES="1:file_name", INT="2:offset")
NEURAL = {"neural_network", "neural_network_classifier", "neural_network_regressor"}
MAX_DEPTH = 24
MAX_VERSION = 64  # 10 in 2026


def probe(head: Head) -> int:
    wire = Wire(head.window)
    model = outline(wire, wire.whole, MODEL, 64)
    version, description = model.first.get("specification_version"), model.first.get("description")
    if version is None or not 0 < version.value <= MAX_VERSION or description is None or model.unknown:
        return 0
    inner = outline(wire, description.payload, DESCRIPTION, 64)
    if not inner.clean or not {"input", "output"} & inner.known.keys():
        return 0
    types = model.known.keys() - {"specification_version", "description", "is_updatable"}
    return CERTAIN if model.clean and len(types) == 1 else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    reader = _Reader(wire, scope)
    try:
        yield from reader.model(wire.whole, "", 0)
    except WireError as error:
        yield scope.broken("coreml-wire", f"not a Core ML model from here on: {error}", error.offset, lost=True)


@dataclass(slots=True)
class _Reader:
    wire: Wire
    scope: Scope
    blobs: set[str] = field(default_factory=set)

    def model(self, span: Span, pointer: str, depth: int) -> Iterator[Yield]:
        if depth > MAX_DEPTH:
            raise WireError(f"models nest deeper than {MAX_DEPTH}", span.offset)
        types: list[Json] = []
        version = 0
        for found in self.wire.fields(span):
            name = MODEL.name_of(found)
            if not name:
                yield from undefined(found, MODEL, self.wire, self.scope)
                continue
            if name == "specification_version":
                version = found.value
            elif found.number >= 200:
                types.append(name)
                yield from self._type(name, found, f"{pointer}/{name}", depth)
            yield understood(found, MODEL, self.scope)
        value: dict[str, Json] = {"specification_version": version, "types": types}
        yield Metadata(self.scope.at(span.offset, pointer=pointer), "coreml", value)

    def _type(self, name: str, found: WireField, pointer: str, depth: int) -> Iterator[Yield]:
        where = self.scope.at(found.offset, found.length, pointer=pointer)
        if name.startswith("pipeline"):
            yield from self._pipeline(found.payload, name != "pipeline", pointer, depth)
        elif name in NEURAL:
            yield from self._network(found.payload, pointer)
        elif name == "ml_program":
            yield from self._program(found.payload, pointer)
        elif name == "custom_model":
            custom = self.wire.decode(found.payload, CUSTOM)
            yield Operator(where, "coreml", "custom", custom.text("class_name", 512), (("kind", "model"),))
        elif name == "linked_model":
            yield from self._linked(found, pointer)
        elif name == "serialized_model":
            yield Operator(where, "coreml", "custom", "serialized model", (("kind", "serialized"),))
        else:
            yield Operator(where, "coreml", "model", name)

    def _pipeline(self, span: Span, wrapped: bool, pointer: str, depth: int) -> Iterator[Yield]:
        for found in self.wire.fields(span):
            if found.number != 1 or found.kind != LENGTH:
                continue
            if wrapped:
                yield from self._pipeline(found.payload, False, pointer, depth)
            else:
                yield from self.model(found.payload, f"{pointer}/models", depth + 1)

    def _network(self, span: Span, pointer: str) -> Iterator[Yield]:
        position = 0
        for found in self.wire.fields(span):
            if found.number != 1 or found.kind != LENGTH:
                continue
            for inner in self.wire.fields(found.payload):
                if inner.number == LAYER_CUSTOM and inner.kind == LENGTH:
                    custom = self.wire.decode(inner.payload, CUSTOM)
                    where = self.scope.at(inner.offset, inner.length, pointer=f"{pointer}/layers/{position}")
                    yield Operator(where, "coreml", "custom", custom.text("class_name", 512), (("kind", "layer"),))
            position += 1

    def _linked(self, found: WireField, pointer: str) -> Iterator[Yield]:
        for inner in self.wire.fields(found.payload):
            if inner.kind != LENGTH:
                continue
            linked = self.wire.decode(inner.payload, LINKED_FILE)
            for key in ("file_name", "search_path"):
                for span in linked.all(key):
                    text = self.wire.decode(span, TEXT_PARAMETER).text("default_value", 4096)
                    where = self.scope.at(found.offset, found.length, pointer=f"{pointer}/{key}")
                    yield Metadata(where, "coreml-file", {"kind": key, "name": text})

    def _program(self, span: Span, pointer: str) -> Iterator[Yield]:
        for entry in self.wire.decode(span, PROGRAM).all("functions"):
            function = self.wire.decode(entry, ENTRY).last("value")
            if function is None:
                continue
            for specialization in self.wire.decode(function, FUNCTION).all("block_specializations"):
                block = self.wire.decode(specialization, ENTRY).last("value")
                if block is not None:
                    yield from self._block(block, pointer, 0)

    def _block(self, span: Span, pointer: str, depth: int) -> Iterator[Yield]:
        if depth > MAX_DEPTH:
            raise WireError(f"blocks nest deeper than {MAX_DEPTH}", span.offset)
        position = 0
        for found in self.wire.fields(span):
            if BLOCK.name_of(found) != "operations":
                continue
            operation = self.wire.decode(found.payload, OPERATION)
            place = f"{pointer}/operations/{position}"
            where = self.scope.at(found.offset, found.length, pointer=place)
            yield Operator(where, "coreml", "mil", operation.text("type", 128))
            for entry in operation.all("attributes"):
                value = self.wire.decode(entry, ENTRY).last("value")
                if value is not None:
                    yield from self._blob(value, place)
            for block in operation.all("blocks"):
                yield from self._block(block, place, depth + 1)
            position += 1

    def _blob(self, span: Span, pointer: str) -> Iterator[Yield]:
        """The file that a constant's value lies in, once for each file."""
        for blob in self.wire.decode(span, VALUE).all("blob_file_value"):
            name = self.wire.decode(blob, BLOB).text("file_name", 4096)
            if name not in self.blobs and len(self.blobs) < 10_000:
                self.blobs.add(name)
                where = self.scope.at(blob.offset, blob.length, pointer=pointer)
                yield Metadata(where, "coreml-file", {"kind": "weights", "name": name})
                yield Metadata(where, "companion", {"location": name.removeprefix("@model_path/")})


FORMAT = Format(
    id="coreml",
    title="Core ML model",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x08",
    extensions=(".mlmodel",),
    opens_with="nothing by itself; custom models and layers run classes of the application",
)
