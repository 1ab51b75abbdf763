"""The name of the action and its key are escaped, in a packed object, and the script is a packed stream."""

import zlib
from pathlib import Path

from tests.samples.pdf import CATALOG, PAGE, PAGES, packed, pdf, stream


def build(folder: Path) -> None:
    script = stream(b"/Filter/FlateDecode", zlib.compress(b"app.alert(1)"))
    objects = {5: packed({1: CATALOG, 2: PAGES, 3: PAGE, 6: b"<</S/J#61vaScript/#4aS 7 0 R>>"}), 7: script}
    (folder / "paper.pdf").write_bytes(pdf(objects))
