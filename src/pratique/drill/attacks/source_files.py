"""Source and configuration files that run something when they are installed, imported or loaded."""

from __future__ import annotations

import json
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.pickle_writer import ECHO, call, pickle, stack_global, text

PAYLOAD = "cHJpbnQoJ3ByYXRpcXVlLWRyaWxsJyk="  # print('pratique-drill')
HIDDEN = f"import base64\n\npayload = base64.b64decode('{PAYLOAD}')\nexec(payload)\n"
SETUP = f"import os\nfrom setuptools import setup\n\nos.system('{ECHO}')\nsetup(name='drill')\n"
MODEL = f"import subprocess\n\nsubprocess.run(['echo', 'pratique-drill'])\n\n\nclass DrillModel:\n    note = '{ECHO}'\n"
GOOD = "import math\n\n\nclass DrillModel:\n    def scale(self, x: float) -> float:\n        return math.sqrt(x)\n"
UTF7 = "# coding: utf-7\nimport math\n+AG8-s = math\n"


def file_attack(id_: str, title: str, name: str, content: str, good: str, rule: str, path: AttackPath) -> Attack:
    def build(folder: Path) -> None:
        (folder / name).write_text(content)

    def twin(folder: Path) -> None:
        (folder / name).write_text(good)

    return Attack(f"source/{id_}", title, path, (rule,), build, twin, True, name, ("CWE-506", "LLM03:2025"))


def _disguised(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(pickle(call(stack_global("os", "system"), text(ECHO))))


def _honest(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")


def _remote(folder: Path) -> None:
    (folder / "config.json").write_text(
        json.dumps({"model_type": "x", "auto_map": {"AutoModel": "host/invalid--modeling.X"}})
    )


def _local(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))


LIBRARY, MODELS = AttackPath.LIBRARY, AttackPath.MODEL
ATTACKS = (
    file_attack("hidden", "a module executes what it decodes", "loader.py", HIDDEN, GOOD,
                "loading/python-hidden-execution", LIBRARY),
    file_attack("install", "setup.py runs a command", "setup.py", SETUP, "from setuptools import setup\n\nsetup(name='x')\n",
                "loading/python-startup-execution", LIBRARY),
    file_attack("model-code", "a model's code starts a process on import", "modeling_drill.py", MODEL, GOOD,
                "loading/python-repository-execution", MODELS),
    file_attack("encoding", "source in UTF-7 hides what runs", "loader.py", UTF7, GOOD,
                "structure/python-deceptive-source", LIBRARY),
    Attack("source/disguise", "a pickle is named safetensors", AttackPath.REUPLOAD, ("structure/disguised-format",), _disguised,
           _honest, True, "model.safetensors", ("CWE-646", "ML06:2023")),
    Attack("source/remote-code", "a configuration names code of another repository", AttackPath.REUPLOAD,
           ("loading/remote-code",), _remote, _local, False, "config.json", ("CWE-829", "LLM03:2025")),
)  # fmt: skip
