"""YAML aliases that expand without end."""

from pathlib import Path


def build(folder: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    (folder / "config.yaml").write_text("\n".join(lines) + "\n")
