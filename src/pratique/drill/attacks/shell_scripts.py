"""Scripts beside a model that execute what they decode."""

from __future__ import annotations

import json
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath

DECODED = "echo ZWNobyBwcmF0aXF1ZS1kcmlsbA== | base64 -d | sh"  # echo pratique-drill


def notebook(*cells: str) -> str:
    made: list[dict[str, object]] = [
        {"cell_type": "code", "source": [c], "metadata": {}, "outputs": [], "execution_count": None} for c in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def script(folder: Path) -> None:
    (folder / "download.sh").write_text(f"#!/bin/sh\n{DECODED}\n")


def cell(folder: Path) -> None:
    (folder / "finetune.ipynb").write_text(notebook("import json", f"!{DECODED}"))


def plain_script(folder: Path) -> None:
    (folder / "download.sh").write_text("#!/bin/sh\nbase64 -d weights.b64 > weights.bin\n")


def plain_cell(folder: Path) -> None:
    (folder / "finetune.ipynb").write_text(notebook("import json", "!pip install transformers"))


RULE = ("loading/shell-hidden-execution",)
REFERENCES = ("CWE-506", "CWE-78")
ATTACKS = (
    Attack(
        "shell/decoded", "a script that decodes a command and runs it", AttackPath.LIBRARY, RULE, script, plain_script,
        True, "download.sh", REFERENCES,
    ),
    Attack(
        "shell/notebook", "a notebook cell that decodes a command and runs it", AttackPath.LIBRARY, RULE, cell, plain_cell,
        True, "finetune.ipynb", REFERENCES,
    ),
)  # fmt: skip
