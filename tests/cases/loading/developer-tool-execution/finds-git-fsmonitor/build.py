"""git runs the command on `git status`."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text('[core]\n\tbare = false\n\tfsmonitor = "echo pratique-drill"\n')
