"""How each library's loaders are made to verify: what they are given instead of what they were asked for.

A loader that reads a file object gets a `VerifiedReader`; one that wants a path gets a private copy that was verified as it
was written; bytes and streams in memory are verified as they are. Everything else is refused.
"""

from __future__ import annotations

import functools
import io
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pratique.domain.errors import UnavailableError
from pratique.loadtime.admitted import Admitted, NotAdmittedError, require
from pratique.loadtime.private_copy import PrivateCopy, PrivateFolder
from pratique.loadtime.reader import VerifiedReader, verified_descriptor, verified_open

Loader = Callable[..., Any]
WEIGHTS = (".safetensors", ".bin", ".pt", ".pth")  # of a folder: their loaders verify what they read
MAX_BYTES = (2 << 30) - 1  # a protobuf message; larger ONNX models keep their tensors outside


class Loading:
    """What wrappers share: the records, and whether this thread is inside a load of verified bytes already."""

    def __init__(self, admitted: Admitted, weights_verified: bool) -> None:
        self.admitted = admitted
        self.weights_verified = weights_verified  # whether the loaders of `WEIGHTS` are replaced as well
        self._inside = threading.local()
        self.private_folders: set[str] = set()  # verified copies that are being loaded from

    def is_private(self, path: object) -> bool:
        """Whether a loader that is given a verified copy comes back with it."""
        return is_path(path) and os.path.normpath(os.fspath(path)) in self.private_folders  # type: ignore[call-overload]

    @property
    def inside(self) -> bool:
        return getattr(self._inside, "depth", 0) > 0

    def call(self, function: Loader, *arguments: Any, **options: Any) -> Any:
        """Call a loader on verified input; what it unpickles from memory meanwhile is part of that input."""
        self._inside.depth = getattr(self._inside, "depth", 0) + 1
        try:
            return function(*arguments, **options)
        finally:
            self._inside.depth -= 1

    def open(self, path: str | os.PathLike[str]) -> io.BufferedReader:
        return verified_open(path, admitted=self.admitted)

    def stream(self, source: Any) -> Any:
        """A verified stand-in for an open file or a stream in memory. Raises `NotAdmittedError` for other streams."""
        if _over_verified(source):
            return source
        if isinstance(source, io.BytesIO):
            self.require(source.getvalue(), "a stream in memory")
            return source
        try:
            descriptor = source.fileno()
        except (AttributeError, OSError):
            raise NotAdmittedError(f"a {type(source).__name__} is no file: it has no admitted record") from None
        name = str(getattr(source, "name", "an open file"))
        try:
            return verified_descriptor(descriptor, name, self.admitted)
        except UnavailableError as error:
            raise NotAdmittedError(f"{name}: {error}, so it has no admitted record") from None

    def require(self, data: Any, name: str) -> None:
        import hashlib

        require(self.admitted, None, hashlib.sha256(data).hexdigest(), name)


@dataclass(frozen=True, slots=True)
class Target:
    """The functions of a module, by their dotted names in it, and what wraps each."""

    module: str
    functions: dict[str, Callable[[Any, Loading], Any]]


def is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike)


def _first(given: tuple[Any, ...], options: dict[str, Any], names: tuple[str, ...]) -> tuple[Any, tuple[Any, ...]]:
    """What is to be loaded, whether it was given by place or by one of `names`, and the other arguments by place."""
    if given:
        return given[0], given[1:]
    for name in names:
        if name in options:
            return options.pop(name), ()
    raise TypeError(f"nothing to load: no argument, and none named {' or '.join(names)}")


def _file_loader(original: Loader, loading: Loading) -> Loader:
    """`load(path or file, …)`: torch.load, torch.jit.load, joblib.load, numpy.load, pickle.load."""

    @functools.wraps(original)
    def load(*given: Any, **options: Any) -> Any:
        source, arguments = _first(given, options, ("f", "file", "filename"))
        if is_path(source):
            if options.get("mmap") or options.get("mmap_mode") or (arguments and isinstance(arguments[0], str)):
                # It would map the file by its name. What has mapped the copy keeps it after it is closed.
                with PrivateCopy(os.fspath(source), loading.admitted) as copy:
                    return loading.call(original, copy.path, *arguments, **options)
            # Not closed here: what is loaded may read on (numpy's NpzFile); it is closed with its last user.
            return loading.call(original, loading.open(source), *arguments, **options)
        if loading.inside and not _has_descriptor(source):
            return original(source, *arguments, **options)
        stand_in = loading.stream(source)
        if stand_in is source:
            return loading.call(original, source, *arguments, **options)
        stand_in.seek(source.tell())
        result = loading.call(original, stand_in, *arguments, **options)
        source.seek(stand_in.tell())
        return result

    return load


def _has_descriptor(source: Any) -> bool:
    try:
        source.fileno()
    except (AttributeError, OSError):
        return False
    return True


def _over_verified(source: Any) -> bool:
    """Whether a stream reads from a `VerifiedReader`: itself, or a member of an archive over one (zipfile's wrappers)."""
    for _ in range(4):
        if isinstance(source, VerifiedReader):
            return True
        names = ("raw", "_fileobj", "_file", "fp")
        source = next((inner for name in names if (inner := getattr(source, name, None)) is not None), None)
    return False


def _pickle_loader(original: Loader, loading: Loading) -> Loader:
    checked = _file_loader(original, loading)

    @functools.wraps(original)
    def load(*given: Any, **options: Any) -> Any:
        file, arguments = _first(given, options, ("file",))
        if loading.inside and not _has_descriptor(file):
            return original(file, *arguments, **options)  # a member of what was verified as a whole
        return checked(file, *arguments, **options)

    return load


class _Held:
    """A safetensors handle and the copy that it reads, for as long as either is used."""

    def __init__(self, handle: Any, copy: PrivateCopy) -> None:
        self._handle, self._copy = handle, copy

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)

    def __enter__(self) -> Any:
        self._handle.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._handle.__exit__(*error)
        self._copy.close()

    def __del__(self) -> None:
        self._copy.close()


def _safe_open(original: Loader, loading: Loading) -> Loader:
    @functools.wraps(original, updated=())
    def safe_open(*given: Any, **options: Any) -> Any:
        filename, arguments = _first(given, options, ("filename",))
        copy = PrivateCopy(os.fspath(filename), loading.admitted)
        try:
            return _Held(original(copy.path, *arguments, **options), copy)
        except BaseException:
            copy.close()
            raise

    return safe_open


def _bytes_loader(original: Loader, loading: Loading) -> Loader:
    @functools.wraps(original)
    def load(*given: Any, **options: Any) -> Any:
        data, arguments = _first(given, options, ("bytes", "data"))
        if not loading.inside:
            loading.require(data, "bytes in memory")
        return loading.call(original, data, *arguments, **options)

    return load


def _session(original: Loader, loading: Loading) -> Loader:
    """`InferenceSession.__init__`: the model and the files that it names, copied to a folder of their own."""

    @functools.wraps(original)
    def initialise(self: Any, *given: Any, **options: Any) -> None:
        path_or_bytes, arguments = _first(given, options, ("path_or_bytes",))
        if not is_path(path_or_bytes):
            loading.require(path_or_bytes, "a model in memory")
            loading.call(original, self, path_or_bytes, *arguments, **options)
            return
        folder, name = os.path.split(os.fspath(path_or_bytes))
        with loading.open(path_or_bytes) as model:
            outside = external_files(model)
        copy = PrivateFolder(folder or ".", loading.admitted, only=(name, *outside))
        try:
            loading.call(original, self, os.path.join(copy.path, name), *arguments, **options)
        finally:
            copy.close()

    return initialise


def external_files(model: io.BufferedReader) -> tuple[str, ...]:
    """The files beside an ONNX model that it names. Raises `NotAdmittedError` where one lies elsewhere."""
    from pratique.domain.locator import Locator
    from pratique.domain.part import Metadata
    from pratique.formats.contract import Scope
    from pratique.formats.onnx import FORMAT
    from pratique.formats.window import Budget, Window

    def read_at(offset: int, length: int) -> bytes:
        model.seek(offset)
        return model.read(length)

    size = model.seek(0, os.SEEK_END)
    names: set[str] = set()
    for part in FORMAT.read(Window(read_at, size, Budget()), Scope(Locator("model.onnx"))):
        if isinstance(part, Metadata) and part.document == "onnx-external-data" and isinstance(part.value, dict):
            location = os.path.normpath(str(part.value.get("location", "")))
            if os.path.isabs(location) or location.split(os.sep)[0] == "..":
                raise NotAdmittedError(f"external data at {location!r}, outside of the model's folder")
            names.add(location)
    return tuple(sorted(names))


def _from_pretrained(original: Any, loading: Loading) -> Any:
    """A class method that takes a folder: its files are verified into a copy; weights are verified where they are read."""
    function = original.__func__ if isinstance(original, classmethod) else original

    @functools.wraps(function)
    def from_pretrained(cls: Any, *given: Any, **options: Any) -> Any:
        name, arguments = _first(given, options, ("pretrained_model_name_or_path",))
        if loading.is_private(name):
            return function(cls, name, *arguments, **options)
        if not is_path(name) or not os.path.isdir(name):
            raise NotAdmittedError(
                f"{name!r} is no local folder: what is downloaded while loading has no admitted record"
            )
        copy = PrivateFolder(os.fspath(name), loading.admitted, linked=WEIGHTS if loading.weights_verified else ())
        loading.private_folders.add(copy.path)
        try:
            return function(cls, copy.path, *arguments, **options)
        finally:
            loading.private_folders.discard(copy.path)
            copy.close()

    return classmethod(from_pretrained)


FRAMEWORKS: dict[str, tuple[Target, ...]] = {
    "pickle": (Target("pickle", {"load": _pickle_loader}),),
    "numpy": (Target("numpy", {"load": _file_loader}),),
    "torch": (Target("torch.serialization", {"load": _file_loader}), Target("torch.jit._serialization", {"load": _file_loader})),
    "joblib": (Target("joblib.numpy_pickle", {"load": _file_loader}),),
    "safetensors": (
        Target("safetensors", {"safe_open": _safe_open, "deserialize": _bytes_loader}),
    ),
    "onnxruntime": (
        Target("onnxruntime.capi.onnxruntime_inference_collection", {"InferenceSession.__init__": _session}),
    ),
    "transformers": (
        Target("transformers.modeling_utils", {"PreTrainedModel.from_pretrained": _from_pretrained}),
        Target("transformers.configuration_utils", {"PretrainedConfig.from_pretrained": _from_pretrained}),
        Target("transformers.tokenization_utils_base", {"PreTrainedTokenizerBase.from_pretrained": _from_pretrained}),
        Target("transformers.processing_utils", {"ProcessorMixin.from_pretrained": _from_pretrained}),
        Target("transformers.models.auto.auto_factory", {"_BaseAutoModelClass.from_pretrained": _from_pretrained}),
        Target("transformers.models.auto.configuration_auto", {"AutoConfig.from_pretrained": _from_pretrained}),
        Target("transformers.models.auto.tokenization_auto", {"AutoTokenizer.from_pretrained": _from_pretrained}),
    ),
}  # fmt: skip
