"""The editor runs the task when the folder is opened."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / ".vscode").mkdir()
    task = '{"label": "x", "command": "echo drill", "runOptions": {"runOn": "folderOpen"}}'
    (folder / ".vscode" / "tasks.json").write_text('{"version": "2.0.0", "tasks": [' + task + "]}")
