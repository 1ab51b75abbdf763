"""An independent implementation reads what the ledger writes: `golang.org/x/mod/sumdb/tlog` and `note`.

Needs Go and Debian's golang-golang-x-mod-dev (its sources lie in /usr/share/gocode); `GOPATH` may name another place.
"""

from __future__ import annotations

import base64
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pratique.ledger import checkpoint as checkpoints
from pratique.ledger import note, tree
from pratique.ledger.files import export
from pratique.ledger.log import create
from pratique.store.database import open_database
from tests.ledger.test_tree import LARGEST, Grown, grown, mutated_consistency, mutated_inclusion, samples

__all__ = ["grown"]

GOPATH = os.environ.get("GOPATH", "/usr/share/gocode")
Check = Callable[[Iterable[str]], list[str]]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Gives lines to the Go program and returns its verdicts."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("Go is not installed")
    if not os.path.isdir(f"{GOPATH}/src/golang.org/x/mod/sumdb/tlog"):
        pytest.skip(f"golang.org/x/mod is not in {GOPATH} (Debian package golang-golang-x-mod-dev)")
    folder = tmp_path_factory.mktemp("go")
    shutil.copy(Path(__file__).parent / "go/check.go", folder / "check.go")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": GOPATH, "GOCACHE": str(folder / "cache")}
    built = subprocess.run(
        [go, "build", "-o", "check", "check.go"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr

    def run(lines: Iterable[str]) -> list[str]:
        text = "\n".join(lines) + "\n"
        done = subprocess.run([folder / "check"], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def joined(path: Iterable[bytes]) -> str:
    return ",".join(node.hex() for node in path)


def inclusion(index: int, size: int, leaf: bytes, root: bytes, path: tuple[bytes, ...]) -> str:
    return f"inclusion {index} {size} {leaf.hex()} {root.hex()} {joined(path)}"


def consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: tuple[bytes, ...]) -> str:
    return f"consistency {old} {new} {old_root.hex()} {new_root.hex()} {joined(path)}"


def test_go_accepts_the_proofs_of_every_size(check: Check, grown: Grown) -> None:
    lines = []
    for size in range(1, LARGEST + 1):
        reader, root = grown.reader(size), grown.roots[size]
        for index in samples(size):
            leaf = tree.leaf_hash(grown.entries[index])
            lines.append(inclusion(index, size, leaf, root, tree.inclusion_path(index, size, reader.node)))
            path = tree.consistency_path(index + 1, size, reader.node)
            lines.append(consistency(index + 1, size, grown.roots[index + 1], root, path))
    verdicts = check(lines)
    assert len(verdicts) == len(lines)
    assert set(verdicts) == {"ok"}


def test_go_refuses_what_is_refused_here(check: Check, grown: Grown) -> None:
    rng = random.Random(9162)
    lines = []
    for _ in range(1000):
        size = rng.randint(2, LARGEST)
        index, old, root = rng.randrange(size), rng.randint(1, size - 1), grown.roots[size]
        node = grown.reader(size).node
        leaf = tree.leaf_hash(grown.entries[index])
        path = tree.inclusion_path(index, size, node)
        lines.append(inclusion(*mutated_inclusion(rng, index, size, leaf, root, path)))
        path = tree.consistency_path(old, size, node)
        lines.append(consistency(*mutated_consistency(rng, old, size, grown.roots[old], root, path)))
    assert "ok" not in check(lines)


def test_go_reads_the_exported_tiles_and_the_checkpoint(check: Check, tmp_path: Path, grown: Grown) -> None:
    signer = note.generate("example.com/pratique")
    log = create(open_database(str(tmp_path / "log.db"), create=True), signer)
    log.extend(grown.entries[:600])
    export(log, str(tmp_path / "static"))
    message = base64.b64encode((tmp_path / "static/checkpoint").read_bytes()).decode()
    assert check([f"tiles {tmp_path / 'static'} {message} {signer.verifier}"]) == ["ok"]
    tile = tmp_path / "static/tile/0/001"
    tile.write_bytes(tile.read_bytes()[:-1] + b"?")
    assert check([f"tiles {tmp_path / 'static'} {message} {signer.verifier}"]) != ["ok"]


def test_keys_and_notes_are_exchanged_both_ways(check: Check) -> None:
    signer = note.generate("example.com/pratique")
    ours = checkpoints.sign(checkpoints.Checkpoint(signer.verifier.name, 0, tree.EMPTY_ROOT), signer)
    encoded = base64.b64encode(bytes(ours.note)).decode()
    text = base64.b64encode(ours.note.text.encode()).decode()
    accepted, theirs = check([f"note {encoded} {signer.verifier}", f"sign {signer.text()} {text}"])
    assert accepted == "ok"
    assert base64.b64decode(theirs) == bytes(ours.note)
    assert checkpoints.open_note(base64.b64decode(theirs), signer.verifier).checkpoint == ours.checkpoint
