"""An address that is opened with the document, behind a reference."""

from pathlib import Path

from tests.samples.pdf import DRAWING, PAGE, PAGES, pdf, stream


def build(folder: Path) -> None:
    catalog = b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>"
    objects = {1: catalog, 2: PAGES, 3: PAGE, 4: stream(b"", DRAWING), 5: b"<</S/URI/URI(https://example.org/seen)>>"}
    (folder / "paper.pdf").write_bytes(pdf(objects))
