"""A BentoML service of the folder itself."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "bentofile.yaml").write_text('service: "service:Drill"\ninclude:\n  - "*.py"\n')
    (folder / "service.py").write_text("class Drill:\n    pass\n")
