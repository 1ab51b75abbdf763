"""Manifests and what differs from them."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from pratique.cli.main import main
from pratique.domain.errors import UsageError
from pratique.fingerprints.compare import Difference, compare
from pratique.fingerprints.content import read_content
from pratique.fingerprints.manifest import CHUNK_BYTES, Manifest, parse
from pratique.fingerprints.scan import scan
from pratique.sources.files import InPlace
from tests.fingerprints.builders import Tensors, npz, safetensors, torch_zip

QUARANTINE = InPlace()
MODEL: Tensors = {
    "a": ("f32", (400_000,), b"".join(struct.pack("<f", n) for n in range(400_000))),
    "b": ("i64", (100,), struct.pack("<100q", *range(100))),
    "c": ("i64", (100,), struct.pack("<100q", *range(100, 200))),
}


def manifest(path: Path) -> Manifest:
    found = scan(str(path), QUARANTINE)
    assert parse(found.to_json()) == found
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "model"
    (root / ".git" / "hooks").mkdir(parents=True)
    (root / "empty").mkdir()
    (root / "model.safetensors").write_bytes(safetensors(MODEL))
    (root / "train.jsonl").write_text("".join(json.dumps({"n": n, "text": "x" * 90}) + "\n" for n in range(20_000)))
    (root / "config.json").write_text("{}")
    (root / "zero").touch()
    (root / "link").symlink_to("config.json")
    return root


def differences(before: Manifest, root: Path) -> dict[str, Difference]:
    return {f"{d.kind} {d.path}": d for d in compare(before, str(root), QUARANTINE)}


def test_everything_is_in_it(folder: Path) -> None:
    found = manifest(folder)
    assert [entry.path for entry in found.entries] == [
        ".git", ".git/hooks", "config.json", "empty", "link", "model.safetensors", "train.jsonl", "zero",
    ]  # fmt: skip
    data = (folder / "model.safetensors").read_bytes()
    model = found.entries[5]
    assert model.sha256 == hashlib.sha256(data).hexdigest()
    assert [region.name for region in model.regions] == ["a", "b", "c"]
    at = 0
    for chunk in model.chunks:
        assert chunk.blake3 == blake3(data[at : at + chunk.length_bytes]).hexdigest()
        at += chunk.length_bytes
    ends = {region.offset + region.length_bytes for region in model.regions}
    starts = {sum(c.length_bytes for c in model.chunks[:n]) for n in range(len(model.chunks) + 1)}
    assert ends <= starts, "no chunk crosses the end of a tensor"
    lines = (folder / "train.jsonl").read_bytes()
    first = found.entries[6].chunks[0]
    assert lines[: first.length_bytes].endswith(b"\n")
    assert first.records == lines[: first.length_bytes].count(b"\n")
    assert not differences(found, folder)


CHANGES = {
    "added": (lambda r: (r / "new").write_text("x"), "added new"),
    "added below .git": (lambda r: (r / ".git/hooks/post-checkout").write_text("x"), "added .git/hooks/post-checkout"),
    "added empty folder": (lambda r: (r / ".github").mkdir(), "added .github"),
    "removed": (lambda r: (r / "config.json").unlink(), "removed config.json"),
    "renamed": (lambda r: (r / "config.json").rename(r / "config.jsn"), "renamed config.jsn"),
    "mode": (lambda r: (r / "config.json").chmod(0o755), "mode-changed config.json"),
    "truncated": (lambda r: os.truncate(r / "model.safetensors", 1_500_000), "truncated model.safetensors"),
    "emptied": (lambda r: os.truncate(r / "config.json", 0), "truncated config.json"),
    "extended": (lambda r: (r / "config.json").write_text("{}\n"), "extended config.json"),
    "linked": (lambda r: ((r / "zero").unlink(), (r / "zero").symlink_to("config.json")), "type-changed zero"),
    "link": (lambda r: ((r / "link").unlink(), (r / "link").symlink_to("/etc/passwd")), "link-changed link"),
    "folder": (lambda r: ((r / "zero").unlink(), (r / "zero").mkdir()), "type-changed zero"),
    "removed zero": (lambda r: (r / "zero").unlink(), "removed zero"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_each_kind_of_change_is_named(folder: Path, change: str) -> None:
    before = manifest(folder)
    act, expected = CHANGES[change]
    act(folder)
    assert [*differences(before, folder)] == [expected]


def test_a_byte_of_a_tensor(folder: Path) -> None:
    before = manifest(folder)
    path = folder / "model.safetensors"
    region = next(r for r in before.entries[5].regions if r.name == "b")
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(region.offset + 9)
        file.write(b"\xee")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # an attacker puts the times back
    (changed,) = differences(before, folder)["content-changed model.safetensors"].ranges
    assert (changed.name, changed.offset, changed.length_bytes, changed.within) == ("b", region.offset, 800, 0)


def test_exchanged_tensors_are_recognised(folder: Path) -> None:
    before = manifest(folder)
    swapped = {**MODEL, "b": MODEL["c"], "c": MODEL["b"]}
    (folder / "model.safetensors").write_bytes(safetensors(swapped))
    ranges = differences(before, folder)["content-changed model.safetensors"].ranges
    assert [(r.name, r.same_as) for r in ranges] == [("b", "bytes 0 on of c"), ("c", "bytes 0 on of b")]


def test_a_record_is_located(folder: Path) -> None:
    before = manifest(folder)
    path = folder / "train.jsonl"
    text = path.read_text().replace('"n": 15000', '"n": 15001')
    path.write_text(text)
    (changed,) = differences(before, folder)["content-changed train.jsonl"].ranges
    first = before.entries[6].chunks[0]
    assert (changed.offset, changed.record) == (first.length_bytes, first.records)


@pytest.mark.parametrize("build", [torch_zip, npz])
def test_tensors_in_archives_have_names(tmp_path: Path, build: object) -> None:
    path = tmp_path / "model"
    path.write_bytes(build(MODEL))  # type: ignore[operator]
    names = [region.name.removesuffix(".npy") for region in manifest(path).entries[0].regions]
    assert {"a", "b", "c"} <= set(names)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=some.binary(max_size=200), cuts=some.lists(some.integers(0, 220), max_size=8))
def test_cuts_only_cut(data: bytes, cuts: list[int]) -> None:
    class Bytes:
        size_bytes = len(data)

        def read_at(self, offset: int, length: int) -> bytes:
            return data[offset : offset + length]

        def close(self) -> None:
            """Nothing is open."""

    ends = sorted({cut for cut in cuts if cut})
    for lines in (False, True):
        content = read_content(Bytes(), ends, lines=lines)
        assert content.sha256 == hashlib.sha256(data).hexdigest()
        at = 0
        for chunk in content.chunks:
            assert 0 < chunk.length_bytes <= CHUNK_BYTES
            assert chunk.blake3 == blake3(data[at : at + chunk.length_bytes]).hexdigest()
            at += chunk.length_bytes
        assert at == len(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d.update(scheme="manifest/2"),
        lambda d: d["entries"].append(d["entries"][0]),
        lambda d: d["entries"].reverse(),
        lambda d: d["entries"][2].update(size_bytes=True),
        lambda d: d["entries"][2].update(sha256="x" * 64),
        lambda d: d["entries"][2].update(chunks=[[3, "0" * 64]]),
        lambda d: d["entries"][2].update(path=7),
        lambda d: d.update(entries={}, root=[]),
    ],
)
def test_a_damaged_manifest_is_refused(folder: Path, damage: object) -> None:
    document = json.loads(manifest(folder).to_json())
    damage(document)  # type: ignore[operator]
    with pytest.raises(UsageError):
        parse(json.dumps(document))


def test_the_vector_of_the_specification(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").mkdir()
    page = (Path(__file__).parents[2] / "docs/spec/manifest.md").read_text()
    found = manifest(tmp_path)
    assert found.to_json().strip() in page
    assert found.digest in page


def test_names_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\n")).write_bytes(b"x")
    before = manifest(tmp_path)
    assert not differences(before, tmp_path)


def test_the_verb(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = tmp_path / "manifest.json"
    assert main(["fingerprint", "--kind", "chunks", "--format", "json", "-o", str(stored), str(folder)]) == 0
    assert main(["fingerprint", "--compare", str(stored), str(folder)]) == 0
    (folder / "new").touch()
    capsys.readouterr()
    assert main(["fingerprint", "--compare", str(stored), "--format", "json", str(folder)]) == 1
    assert json.loads(capsys.readouterr().out)["differences"][0]["path"] == "new"
    assert main(["fingerprint", "--kind", "tree", str(folder)]) == 0
    from pratique import inspect

    assert str(inspect(folder).report.fingerprints[0]) in capsys.readouterr().out
    assert main(["fingerprint", "--kind", "shoes", str(folder)]) == 2
