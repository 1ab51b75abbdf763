"""Keys and models to sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.attest import keys
from pratique.attest.model import Authority, KeySigner, sign_model
from pratique.attest.trust import Trust


@pytest.fixture(scope="session")
def key():  # type: ignore[no-untyped-def]
    return keys.generate("ecdsa-p256")


@pytest.fixture
def authority(key) -> Authority:  # type: ignore[no-untyped-def]
    return Authority(Trust().with_key(key.public_key(), "test"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A repository as it lies on a disk: weights, a config, an empty file, git's files, an empty folder, a script."""
    folder = tmp_path / "model"
    for name, content in {
        "weights.bin": b"\x01" * 5000,
        "other.bin": b"\x02" * 5000,
        "config.json": b"{}",
        "empty": b"",
        "sub/tokenizer.json": b"[]",
        ".git/config": b"[core]\n",
        ".github/workflows/ci.yml": b"on: push\n",
        ".gitattributes": b"* text\n",
        "run.sh": b"#!/bin/sh\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "run.sh").chmod(0o755)
    (folder / "hollow").mkdir()
    return folder


@pytest.fixture
def signature(model: Path, key) -> Path:  # type: ignore[no-untyped-def]
    path = model / "model.sig"
    path.write_bytes(sign_model(str(model), KeySigner(key), str(path)).bundle)
    return path
