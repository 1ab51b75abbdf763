"""Make `src/pratique/inspections/loading/known_templates.json`: what the chat templates of well-known base models consist of.

    python tools/known_templates.py [FOLDER]     downloads the releases of SOURCES into FOLDER and reads them

The templates come from source releases that carry them unchanged from the models' repositories: llama.cpp (inside of
llama-cpp-python, `vendor/llama.cpp/models/templates`) and trl (`trl/chat_templates`). Of each, only digests of its statements are
kept (`pratique.inspections.templates.statements`), which is enough to tell which statements of another template it does not have.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from pratique.inspections.templates import parse, statements  # noqa: E402

OUT = ROOT / "src/pratique/inspections/loading/known_templates.json"
SOURCES = ("llama-cpp-python==0.3.9", "trl==1.9.2")
LLAMA_CPP = "/models/templates/"
TRL = "/trl/chat_templates/"
# The repositories whose template a file is: for llama.cpp by its own name, for trl by its source (chat_template_utils.py).
BASES: dict[str, tuple[str, ...]] = {
    "CohereForAI-c4ai-command-r-plus-tool_use": ("c4ai-command-r-plus*",),
    "CohereForAI-c4ai-command-r7b-12-2024-tool_use": ("c4ai-command-r7b-12-2024*",),
    "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use": ("Hermes-2-Pro-Llama-3-8B*",),
    "NousResearch-Hermes-3-Llama-3.1-8B-tool_use": ("Hermes-3-Llama-3.1-8B*",),
    "Qwen-Qwen2.5-7B-Instruct": ("Qwen2.5-*B-Instruct",),
    "deepseek-ai-DeepSeek-R1-Distill-Llama-8B": ("DeepSeek-R1-Distill-Llama-*",),
    "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B": ("DeepSeek-R1-Distill-Qwen-*",),
    "fireworks-ai-llama-3-firefunction-v2": ("*firefunction-v2",),
    "google-gemma-2-2b-it": ("gemma-2-*b-it",),
    "meetkai-functionary-medium-v3.1": ("functionary-*-v3.1",),
    "meetkai-functionary-medium-v3.2": ("functionary-*-v3.2",),
    "meta-llama-Llama-3.1-8B-Instruct": ("Llama-3.1-*B-Instruct", "Meta-Llama-3.1-*B-Instruct"),
    "meta-llama-Llama-3.2-3B-Instruct": ("Llama-3.2-?B-Instruct",),
    "meta-llama-Llama-3.3-70B-Instruct": ("Llama-3.3-70B-Instruct",),
    "microsoft-Phi-3.5-mini-instruct": ("Phi-3.5-mini-instruct",),
    "mistralai-Mistral-Nemo-Instruct-2407": ("Mistral-Nemo-Instruct-2407",),
    "gemma": ("gemma-2b-it", "gemma-7b-it", "gemma-1.1-*b-it"),
    "gemma3": ("gemma-3-*b-it",),
    "gptoss": ("gpt-oss-*b",),
    "llama3": ("Meta-Llama-3-*B-Instruct", "Llama-3-*B-Instruct"),
    "llama3_1": ("Llama-3.1-*B-Instruct", "Meta-Llama-3.1-*B-Instruct"),
    "llama3_2": ("Llama-3.2-?B-Instruct",),
    "phi3": ("Phi-3-mini-*-instruct",),
    "phi3_5": ("Phi-3.5-mini-instruct",),
    "qwen2_5": ("Qwen2.5-*B", "Qwen2.5-*B-Instruct"),
    "qwen2_5_vl": ("Qwen2.5-VL-*",),
    "qwen3": ("Qwen3-*B",),
    "qwen3_instruct_2507": ("Qwen3-*-Instruct-2507",),
    "qwen3_vl": ("Qwen3-VL-*",),
}


def download(folder: Path) -> None:
    for source in SOURCES:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "--no-binary",
            ":all:",
        ]
        subprocess.run([*command, "-d", str(folder), source], check=True)


def templates(folder: Path) -> dict[str, str]:
    """Name without suffix -> source, read from the archives without unpacking them."""
    found: dict[str, str] = {}
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.name.endswith(".jinja") and (LLAMA_CPP in member.name or TRL in member.name):
                    stream = tar.extractfile(member)
                    found[Path(member.name).stem] = stream.read().decode() if stream else ""
    for path in sorted(folder.glob("*.jinja")):  # already unpacked
        found[path.stem.rsplit("__", 1)[-1]] = path.read_text()
    return found


def main(folder: Path, ready: bool) -> int:
    if not ready:
        download(folder)
    known: dict[str, set[str]] = {}
    sources = templates(folder)
    for name, patterns in BASES.items():
        if name not in sources:
            print(f"{name} is not in {', '.join(SOURCES)}", file=sys.stderr)
            return 1
        tree = parse(sources[name])
        if tree is None:
            print(f"{name} does not parse", file=sys.stderr)
            return 1
        for pattern in patterns:
            known.setdefault(pattern.lower(), set()).update(digest for digest, _ in statements(tree))
    table = {"schema": "pratique/known-templates/1", "sources": list(SOURCES)}
    bases = {pattern: " ".join(sorted(digests)) for pattern, digests in sorted(known.items())}
    OUT.write_text(json.dumps({**table, "bases": bases}, indent=1) + "\n")
    print(f"{len(bases)} bases, {sum(map(len, known.values()))} statements, {OUT.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if given is not None:
        sys.exit(main(given, any(given.glob("*.jinja")) or any(given.glob("*.tar.gz"))))
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(Path(temporary), False))
