"""What a clone with Git LFS has, and the sample hooks of every repository."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / ".git" / "hooks").mkdir(parents=True)
    (folder / ".git" / "hooks" / "pre-commit.sample").write_text("#!/bin/sh\nexit 0\n")
    lines = ["[core]", "\tfsmonitor = false", '[filter "lfs"]', "\tclean = git-lfs clean -- %f"]
    (folder / ".git" / "config").write_text("\n".join(lines) + "\n")
