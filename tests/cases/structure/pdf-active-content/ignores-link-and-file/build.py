"""A link to click, a page to open at, and a file inside."""

from pathlib import Path

from tests.samples.pdf import CATALOG, DRAWING, PAGE, PAGES, pdf, stream


def build(folder: Path) -> None:
    link = b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://example.org)>>>>"
    note = stream(b"/Type/EmbeddedFile", b"a note\n")
    objects = {1: CATALOG, 2: PAGES, 3: PAGE, 4: stream(b"", DRAWING), 5: link, 6: note}
    (folder / "paper.pdf").write_bytes(pdf(objects))
