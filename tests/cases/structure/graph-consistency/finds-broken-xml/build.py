"""A network whose XML is not closed."""

from pathlib import Path

from tests.samples.xml_document import samples


def build(folder: Path) -> None:
    (folder / "model.xml").write_bytes(samples()["model.xml"][:-12])
