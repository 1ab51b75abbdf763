"""verified_open and guard: only what was verified is handed over, and what has no record is refused."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import pratique
from pratique.domain.errors import TamperedError, UnavailableError, UsageError
from pratique.drill import onnx_writer
from pratique.loadtime.admitted import Digests, NotAdmittedError, by_manifest
from pratique.loadtime.guard import Guard
from pratique.loadtime.private_copy import PrivateCopy, PrivateFolder
from tests.fingerprints.builders import SAMPLE, npz, safetensors

MIB = 1 << 20


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(3 * MIB + 17))
    return path


def test_it_reads_as_a_file_does(big: Path) -> None:
    data = big.read_bytes()
    with pratique.verified_open(big, sha256=sha256(data).upper()) as file, big.open("rb") as plain:
        for offset, whence, count in (
            (0, 0, 10),
            (MIB - 3, 0, 7),
            (-20, 2, 50),
            (5, 1, 1),
            (0, 0, -1),
            (9 * MIB, 0, 4),
        ):
            assert file.seek(offset, whence) == plain.seek(offset, whence)
            assert file.read(count) == plain.read(count)
        file.seek(0)
        assert b"".join(file.readlines()) == data
        with pytest.raises(io.UnsupportedOperation):
            file.fileno()


def test_what_is_not_expected_is_refused(big: Path) -> None:
    for options in ({"sha256": "0" * 64}, {"admitted": Digests(())}):
        with pytest.raises(NotAdmittedError):
            pratique.verified_open(big, **options)  # type: ignore[arg-type]
    with pytest.raises(UnavailableError):
        pratique.verified_open(big.parent / "none", sha256="0" * 64)
    with pytest.raises(UnavailableError):
        pratique.verified_open(big.parent, sha256="0" * 64)


@pytest.mark.parametrize("how", ["write", "truncate", "append", "replace"])
def test_a_write_after_the_check_is_never_data(big: Path, how: str) -> None:
    good = big.read_bytes()
    with pratique.verified_open(big, sha256=sha256(good)) as file:
        assert file.read(10) == good[:10]
        if how == "write":
            with big.open("r+b") as attacker:
                attacker.seek(2 * MIB)
                attacker.write(b"evil")
        elif how == "truncate":
            os.truncate(big, 2 * MIB + 5)
        elif how == "append":
            with big.open("ab") as attacker:
                attacker.write(b"evil")
        else:
            other = big.with_suffix(".new")
            other.write_bytes(b"evil" * MIB)
            other.replace(big)
        if how in ("append", "replace"):
            assert file.read() == good[10:]
        else:
            assert file.read(MIB) == good[10 : MIB + 10]
            with pytest.raises(TamperedError):
                file.read()


@pytest.mark.parametrize("memory", [True, False])
def test_a_copy_holds_what_was_verified(big: Path, memory: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not memory:
        monkeypatch.setattr("pratique.loadtime.private_copy.MAX_MEMORY_BYTES", 0)
    elif not hasattr(os, "memfd_create"):
        pytest.skip("no sealed memory here")
    good = big.read_bytes()
    with PrivateCopy(str(big), Digests([sha256(good)])) as copy:
        big.write_bytes(b"evil")
        assert Path(copy.path).read_bytes() == good
        assert copy.sealed == memory
        if memory:
            with pytest.raises(PermissionError), open(copy.path, "r+b") as attacker:
                attacker.write(b"evil")
        path = copy.path
    assert memory or not os.path.exists(path)
    with pytest.raises(NotAdmittedError):
        PrivateCopy(str(big), Digests([sha256(good)]))


def test_a_folder_needs_every_file(tmp_path: Path) -> None:
    source = tmp_path / "model"
    (source / "sub").mkdir(parents=True)
    (source / "config.json").write_bytes(b"{}")
    (source / "sub" / "code.py").write_bytes(b"pass")
    (source / "model.safetensors").write_bytes(b"weights")
    known = Digests([sha256(b"{}"), sha256(b"pass")])
    copy = PrivateFolder(str(source), known, linked=(".safetensors",))
    assert (Path(copy.path) / "sub" / "code.py").read_bytes() == b"pass"
    assert os.path.islink(os.path.join(copy.path, "model.safetensors"))
    copy.close()
    assert not os.path.exists(copy.path)
    (source / "sub" / "extra.py").write_bytes(b"import os")
    with pytest.raises(NotAdmittedError, match=r"extra\.py"):
        PrivateFolder(str(source), known, linked=(".safetensors",))


# The guard


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    good, evil = tmp_path / "good.pkl", tmp_path / "evil.pkl"
    good.write_bytes(pickle.dumps({"a": 1}) + pickle.dumps("second"))
    evil.write_bytes(pickle.dumps({"a": 2}))
    return good, evil


@pytest.fixture
def guard(files: tuple[Path, Path]) -> Iterator[Guard]:
    with pratique.guard(admitted=Digests([sha256(files[0].read_bytes())])) as found:
        yield found


def test_pickle_load(files: tuple[Path, Path], guard: Guard) -> None:
    good, evil = files
    assert "pickle.load" in guard.installed
    with good.open("rb") as file:
        assert pickle.load(file) == {"a": 1}
        assert pickle.load(file) == "second", "the place in the file is kept"
    assert pickle.load(io.BytesIO(good.read_bytes())) == {"a": 1}
    with evil.open("rb") as file, pytest.raises(NotAdmittedError):
        pickle.load(file)
    with pytest.raises(NotAdmittedError):
        pickle.load(io.BytesIO(evil.read_bytes()))
    with evil.open("rb") as file, pytest.raises(NotAdmittedError):
        pickle.load(io.BufferedReader(Stream(file.read())))  # type: ignore[arg-type]


class Stream(io.RawIOBase):
    def __init__(self, data: bytes) -> None:
        self.data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        return self.data.readinto(buffer)


def test_it_is_put_back(files: tuple[Path, Path]) -> None:
    original, here = pickle.load, sys.modules[__name__]
    here.taken = pickle.load  # type: ignore[attr-defined]
    finders = list(sys.meta_path)
    with pratique.guard(admitted=Digests(())):
        assert pickle.load is not original
        assert here.taken is pickle.load, "a name that another module took is replaced too"  # type: ignore[attr-defined]
    assert pickle.load is original
    assert here.taken is original  # type: ignore[attr-defined]
    assert sys.meta_path == finders
    with files[1].open("rb") as file:
        assert pickle.load(file) == {"a": 2}


def test_only_what_is_asked_for() -> None:
    original = pickle.load
    with pratique.guard(admitted=Digests(()), only=("torch",)):
        assert pickle.load is original
    with pytest.raises(UsageError):
        pratique.guard(admitted=Digests(()), only=("shoes",))
    with pytest.raises(UnavailableError):
        pratique.guard()


def test_manifests_admit(files: tuple[Path, Path], tmp_path: Path) -> None:
    from pratique.cli.main import main

    stored = tmp_path / "m.json"
    assert main(["fingerprint", "--kind", "chunks", "--format", "json", "-o", str(stored), str(files[0])]) == 0
    known = by_manifest(str(stored))
    with pratique.verified_open(files[0], admitted=known) as file:
        assert file.read() == files[0].read_bytes()
    with pytest.raises(NotAdmittedError):
        pratique.verified_open(files[1], admitted=known)
    with pytest.raises(UsageError):
        by_manifest(str(files[0]))


def test_numpy(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    data, other = tmp_path / "a.npz", tmp_path / "b.npz"
    numpy.savez(data, a=numpy.arange(3), o=numpy.array([{"x": 1}], dtype=object))
    other.write_bytes(npz(SAMPLE))
    plain = tmp_path / "c.npy"
    numpy.save(plain, numpy.arange(5))
    with pratique.guard(admitted=Digests([sha256(data.read_bytes()), sha256(plain.read_bytes())])):
        archive = numpy.load(data, allow_pickle=True)
        assert archive["a"].tolist() == [0, 1, 2]
        assert archive["o"][0] == {"x": 1}, "read lazily, and still from verified bytes"
        mapped = numpy.load(file=plain, mmap_mode="r")
        assert mapped.tolist() == [0, 1, 2, 3, 4]
        with pytest.raises(NotAdmittedError):
            numpy.load(other)
    mapped._mmap.close()


def test_joblib(tmp_path: Path) -> None:
    joblib = pytest.importorskip("joblib")
    data, other = tmp_path / "a.joblib", tmp_path / "b.joblib"
    joblib.dump({"a": list(range(9))}, data, compress=3)
    joblib.dump({"b": 1}, other)
    with pratique.guard(admitted=Digests([sha256(data.read_bytes())])):
        assert joblib.load(data)["a"][8] == 8
        with pytest.raises(NotAdmittedError):
            joblib.load(other)


def test_safetensors(tmp_path: Path) -> None:
    numpy = pytest.importorskip("safetensors.numpy")
    pytest.importorskip("numpy")
    data, other = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    data.write_bytes(safetensors(SAMPLE))
    other.write_bytes(safetensors({"mask": SAMPLE["mask"]}))
    with pratique.guard(admitted=Digests([sha256(data.read_bytes())])):
        from safetensors import safe_open

        assert numpy.load_file(data)["layer.bias"].tolist() == [-1, 7]
        assert numpy.load(data.read_bytes())["layer.bias"].tolist() == [-1, 7]
        handle = safe_open(data, framework="numpy")
        data.write_bytes(other.read_bytes())
        assert handle.get_tensor("layer.bias").tolist() == [-1, 7], "the copy is what was verified"
        for load in (
            lambda: numpy.load_file(other),
            lambda: numpy.load(other.read_bytes()),
            lambda: safe_open(other, "numpy"),
        ):
            with pytest.raises(NotAdmittedError):
                load()


def test_torch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    data, old, other = tmp_path / "a.pt", tmp_path / "old.pt", tmp_path / "b.pt"
    torch.save({"w": torch.arange(5)}, data)
    torch.save({"w": torch.arange(5)}, old, _use_new_zipfile_serialization=False)
    torch.save({"w": torch.arange(6)}, other)
    with pratique.guard(admitted=Digests([sha256(data.read_bytes()), sha256(old.read_bytes())])):
        for loaded in (torch.load(f=data), torch.load(data, "cpu"), torch.load(str(data), mmap=True), torch.load(old)):
            assert loaded["w"].tolist() == [0, 1, 2, 3, 4]
        with data.open("rb") as file:
            assert torch.load(file)["w"].tolist() == [0, 1, 2, 3, 4]
        with pytest.raises(NotAdmittedError):
            torch.load(other)


@pytest.fixture
def fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Modules with the names and call signatures of onnxruntime and transformers, which read what they are given."""
    place = tmp_path / "modules"
    session = """
        import os
        class InferenceSession:
            def __init__(self, path_or_bytes, sess_options=None):
                if isinstance(path_or_bytes, bytes):
                    self.seen = {"bytes": path_or_bytes}
                else:
                    folder = os.path.dirname(path_or_bytes)
                    self.seen = {n: open(os.path.join(folder, n), "rb").read() for n in os.listdir(folder)}
                    self.path = path_or_bytes
    """
    model = """
        import os
        class PreTrainedModel:
            @classmethod
            def from_pretrained(cls, name, *arguments, **options):
                return cls, name, {n: open(os.path.join(name, n), "rb").read() for n in os.listdir(name)}
        class Derived(PreTrainedModel):
            pass
    """
    for name, text in (
        ("onnxruntime/capi/onnxruntime_inference_collection", session),
        ("transformers/modeling_utils", model),
    ):
        path = place / f"{name}.py"
        path.parent.mkdir(parents=True)
        path.write_text(textwrap.dedent(text))
        for folder in [f for f in (path.parent, path.parent.parent) if f != place]:
            (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(place))
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        if name.split(".")[0] in ("onnxruntime", "transformers"):
            del sys.modules[name]


def test_onnxruntime_gets_a_verified_folder_with_external_data(fakes: Path) -> None:
    folder = fakes / "model"
    folder.mkdir()
    graph = onnx_writer.graph(onnx_writer.node("Relu"), initializers=(onnx_writer.tensor("w", {"location": "w.bin"}),))
    data, outside = onnx_writer.model(graph), b"\0" * 16
    (folder / "m.onnx").write_bytes(data)
    (folder / "w.bin").write_bytes(outside)
    (folder / "other.bin").write_bytes(b"other")
    with pratique.guard(admitted=Digests([sha256(data), sha256(outside)])) as guard:
        from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession

        assert any("InferenceSession" in name for name in guard.installed), "it was imported after the guard began"
        session = InferenceSession(folder / "m.onnx")
        assert session.seen == {"m.onnx": data, "w.bin": outside}
        assert str(folder) not in session.path
        assert InferenceSession(data).seen == {"bytes": data}
        (folder / "w.bin").write_bytes(b"\1" * 16)
        with pytest.raises(NotAdmittedError):
            InferenceSession(folder / "m.onnx")
        with pytest.raises(NotAdmittedError):
            InferenceSession(data + b"\0")
        climbing = onnx_writer.model(
            onnx_writer.graph(initializers=(onnx_writer.tensor("w", {"location": "../w.bin"}),))
        )
        (folder / "c.onnx").write_bytes(climbing)
        with pratique.guard(admitted=Digests([sha256(climbing)])), pytest.raises(NotAdmittedError):
            InferenceSession(folder / "c.onnx")


def test_transformers_gets_a_verified_folder(fakes: Path) -> None:
    folder = fakes / "model"
    folder.mkdir()
    (folder / "config.json").write_bytes(b"{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    with pratique.guard(admitted=Digests([sha256(b"{}")])):
        from transformers.modeling_utils import Derived

        cls, place, seen = Derived.from_pretrained(str(folder), 1, torch_dtype="auto")
        assert cls is Derived
        assert place != str(folder)
        assert seen == {"config.json": b"{}", "model.safetensors": b"weights"}
        assert not os.path.exists(place)
        (folder / "config.json").write_bytes(b'{"auto_map": {}}')
        with pytest.raises(NotAdmittedError):
            Derived.from_pretrained(str(folder))
        with pytest.raises(NotAdmittedError, match="no local folder"):
            Derived.from_pretrained(pretrained_model_name_or_path="org/model")
    (folder / "config.json").write_bytes(b"{}")
    with (
        pratique.guard(admitted=Digests([sha256(b"{}")]), only=("transformers",)),
        pytest.raises(NotAdmittedError, match="safetensors"),
    ):
        Derived.from_pretrained(str(folder))  # no one else would look at the weights
