"""An annotation that launches a program."""

from pathlib import Path

from tests.samples.pdf import CATALOG, DRAWING, PAGE, PAGES, pdf, stream


def build(folder: Path) -> None:
    link = b"<</Type/Annot/Subtype/Link/A<</S/Launch/F<</F(calc.exe)>>>>>>"
    objects = {1: CATALOG, 2: PAGES, 3: PAGE, 4: stream(b"", DRAWING), 5: link}
    (folder / "paper.pdf").write_bytes(pdf(objects))
