"""A script that runs when the document is opened."""

from pathlib import Path

from tests.samples.pdf import DRAWING, PAGE, PAGES, pdf, stream


def build(folder: Path) -> None:
    catalog = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    objects = {1: catalog, 2: PAGES, 3: PAGE, 4: stream(b"", DRAWING)}
    (folder / "paper.pdf").write_bytes(pdf(objects))
