"""Another setting, in capitals, after its section on one line; and a hook."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / ".git" / "hooks").mkdir(parents=True)
    (folder / ".git" / "hooks" / "post-checkout").write_text("#!/bin/sh\necho pratique-drill\n")
    (folder / ".git" / "config").write_text('[CORE] SSHCommand = sh -c "echo pratique-drill"\n')
