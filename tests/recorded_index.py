"""What a package index answers, from a file, so that cases of rules need no network.

    {"index": URL, "now": TIME, "cooldown_days": N, "projects": {NAME: {VERSION: [{"name": …, "sha256": …, …}]}}}

A name that is not there is unknown to the index. Without `projects` the index is not asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pratique.domain.release import Answers, Release, ReleaseFile, Standing


@dataclass(frozen=True)
class RecordedIndex:
    """A `domain.release.PackageIndex`."""

    index: str
    projects: dict[str, dict[str, list[dict[str, Any]]]]

    def ask(self, wanted: Iterable[tuple[str, str]]) -> Answers:
        return Answers(self.index, {key: self._release(*key) for key in sorted(wanted)})

    def _release(self, name: str, version: str) -> Release:
        if name not in self.projects:
            return Release(Standing.UNKNOWN)
        files = tuple(ReleaseFile(**file) for file in self.projects[name].get(version, ()))
        return Release(Standing.LISTED if files or not version else Standing.NOT_LISTED, files)


def recorded(path: Path) -> dict[str, Any]:
    """The arguments of `inspect` that a case's `index.json` stands for; none where there is none."""
    if not path.exists():
        return {}
    said = json.loads(path.read_text())
    index = RecordedIndex(said["index"], said["projects"]) if "projects" in said else None
    return {"index": index, "now": datetime.fromisoformat(said["now"]), "cooldown_days": said.get("cooldown_days")}
