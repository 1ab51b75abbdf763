"""Repositories that run a command when a developer's tool looks at them."""

from __future__ import annotations

from pathlib import Path

from pratique.drill.attack import Attack, AttackPath


def build(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text('[core]\n\tfsmonitor = "echo pratique-drill"\n')
    (folder / "README.md").write_text("# A model\n")


def twin(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("[core]\n\tfsmonitor = false\n")
    (folder / "README.md").write_text("# A model\n")


ATTACK = Attack(
    id="repository/git-configuration",
    title="a git configuration that runs a command on git status",
    path=AttackPath.REUPLOAD,
    trips=("loading/developer-tool-execution",),
    build=build,
    twin=twin,
    where=".git/config",
    references=("CWE-829",),
)
