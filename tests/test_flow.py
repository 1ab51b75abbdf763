"""The six steps: a state can only come from its step, and admission checks what was judged."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.domain.errors import TamperedError, UsageError
from pratique.domain.held import InclusionProof, Reference
from pratique.domain.record import Record
from pratique.domain.verdict import Decision
from pratique.engine.plan import Plan
from pratique.flow.acquire import Held, acquire
from pratique.flow.admit import admit
from pratique.flow.identify import Identified, identify
from pratique.flow.inspect import inspect
from pratique.flow.judge import judge
from pratique.flow.record import Receipt, record
from pratique.flow.recorded import check_record
from pratique.flow.seal import Seal
from pratique.policy.parse import load
from pratique.sources.files import InPlace, LocalFiles

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class MemoryLedger:
    """A ledger of one leaf at a time: enough to see what record hands over."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []

    def append(self, entry: bytes) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def entry(self, index: int) -> bytes:
        return self.entries[index]

    def checkpoint(self) -> bytes:
        return b""

    def prove(self, index: int) -> InclusionProof:
        root = hashlib.sha256(b"\0" + self.entries[index]).digest()
        return InclusionProof(0, 1, root, ())


class MemoryStore:
    def __init__(self) -> None:
        self.saved: dict[str, Record] = {}

    def save(self, record: Record, files: Iterable[str] = ()) -> None:
        self.saved[record.artifact] = record

    def latest(self, artifact: str) -> Record | None:
        return self.saved.get(artifact)

    def holding(self, file: str) -> Record | None:
        return next((kept for kept in self.saved.values() if file.encode() in kept.statement), None)

    def records(self, after: int = -1) -> Iterator[Record]:
        return iter([kept for kept in self.saved.values() if kept.entry > after])


class DigestSigner:
    def sign(self, payload: bytes) -> bytes:
        return hashlib.sha256(b"key" + payload).digest()


class FolderShelf:
    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, root: str, artifact_id: str) -> str:
        return str(shutil.move(root, self.root / artifact_id))


def identified(path: Path, **expected: object) -> Identified:
    reference = replace(Reference(str(path)), **expected)  # type: ignore[arg-type]
    return identify(acquire(reference, LocalFiles(), InPlace()))


def receipt(path: Path) -> tuple[Receipt, MemoryLedger, MemoryStore]:
    seen = identified(path)
    report = inspect(seen, Plan())
    ledger, store = MemoryLedger(), MemoryStore()
    verdict = judge(report, load("balanced"), (), NOW)
    return record(seen, report, verdict, DigestSigner(), ledger, store), ledger, store


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "README.txt").write_text("A model that does nothing.\n")
    return folder


def test_a_clean_folder_goes_all_the_way(notes: Path, tmp_path: Path) -> None:
    made, ledger, store = receipt(notes)
    assert made.verdict.decision is Decision.ADMIT
    kept = store.saved[made.identified.artifact.id.digest]
    assert (kept.decision, kept.policy, kept.reference) == (Decision.ADMIT, "balanced", str(notes))
    check_record(kept, ledger.entries[kept.entry])
    admitted = admit(made, FolderShelf(tmp_path))
    assert (Path(admitted.path) / "README.txt").exists()
    assert not notes.exists()


@pytest.mark.parametrize("field", ["artifact", "decision", "reference", "policy", "policy_digest", "statement"])
def test_a_record_that_was_changed_is_noticed(notes: Path, field: str) -> None:
    made, ledger, store = receipt(notes)
    kept = store.saved[made.identified.artifact.id.digest]
    other = {"decision": Decision.REFUSE, "statement": kept.statement + b" "}.get(field, "other")
    with pytest.raises(TamperedError):
        check_record(replace(kept, **{field: other}), ledger.entries[kept.entry])


def test_only_an_admit_is_admitted(notes: Path, tmp_path: Path) -> None:
    (notes / "weights").write_bytes(b"\x13\x37unknown\x00\xff" * 9)
    made, _, _ = receipt(notes)
    assert made.verdict.decision is Decision.HOLD
    with pytest.raises(UsageError, match="HOLD"):
        admit(made, FolderShelf(tmp_path))


@pytest.mark.parametrize("change", ["edit", "add", "remove"])
def test_what_changed_after_the_inspection_is_not_admitted(notes: Path, tmp_path: Path, change: str) -> None:
    made, _, _ = receipt(notes)
    if change == "edit":
        (notes / "README.txt").write_text("A model that does nothinG.\n")
    elif change == "add":
        (notes / "more.txt").write_text("more\n")
    else:
        (notes / "README.txt").unlink()
    with pytest.raises(TamperedError):
        admit(made, FolderShelf(tmp_path))
    assert notes.exists()


def test_a_verdict_on_another_report_is_not_recorded(notes: Path) -> None:
    seen = identified(notes)
    report = inspect(seen, Plan())
    verdict = judge(report, load("balanced"), (), NOW)
    other = replace(report, findings=(), rules_run=())
    with pytest.raises(UsageError, match="another report"):
        record(seen, other, verdict, DigestSigner(), MemoryLedger(), MemoryStore())


def test_states_cannot_be_forged(notes: Path) -> None:
    held = acquire(Reference(str(notes)), LocalFiles(), InPlace())
    with pytest.raises(TypeError):
        Seal("Held")
    forged = object.__new__(Seal)
    object.__setattr__(forged, "state", "Held")
    with pytest.raises(TypeError):
        Held(held.reference, held.origin, held.root, held.entries, held.quarantine, forged)


def test_size_and_digest_are_compared_first(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("hello\n")
    digest = hashlib.sha256(b"hello\n").hexdigest()
    assert identified(file, expected_sha256=digest.upper(), expected_size_bytes=6).artifact.id.digest == digest
    with pytest.raises(TamperedError, match="expected sha256"):
        identified(file, expected_sha256="00" * 32)
    with pytest.raises(TamperedError, match="expected 7 bytes"):
        identified(file, expected_size_bytes=7)


def test_the_tree_fingerprint_binds_everything(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    (folder / "b").mkdir(parents=True)
    file = folder / "a"
    file.write_text("x")
    file.chmod(0o644)
    seen = {identified(folder).artifact.id.digest}
    # the test vector of docs/spec/fingerprint.md
    spec = Path(__file__).parent.parent / "docs/spec/fingerprint.md"
    assert next(iter(seen)) in spec.read_text()

    def changed() -> bool:
        digest = identified(folder).artifact.id.digest
        new = digest not in seen
        seen.add(digest)
        return new

    file.chmod(0o755)
    assert changed()
    (folder / "b").rmdir()
    assert changed()
    file.rename(folder / "c")
    assert changed()
    (folder / "link").symlink_to("c")
    assert changed()
    (folder / ".git").mkdir()
    (folder / ".git" / "hook").write_text("")
    assert changed()


def test_a_link_out_of_the_root_is_a_gap_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret\n")
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "x.txt").symlink_to("../secret.txt")
    seen = identified(folder)
    assert [gap.kind for gap in seen.gaps] == ["unreadable"]
    assert seen.files == ()


def test_a_hugging_face_snapshot_is_read_through_its_own_blobs(tmp_path: Path) -> None:
    blobs = tmp_path / "models--a--b" / "blobs"
    snapshot = tmp_path / "models--a--b" / "snapshots" / "0123"
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    (blobs / "d1").write_text("hello\n")
    (tmp_path / "outside").write_text("secret\n")
    (snapshot / "a.txt").symlink_to("../../blobs/d1")
    (snapshot / "b.txt").symlink_to("../../../outside")
    seen = identified(snapshot)
    assert [file.path for file in seen.files] == ["a.txt"]
    assert [(gap.kind, gap.where.path) for gap in seen.gaps] == [("unreadable", "b.txt")]
