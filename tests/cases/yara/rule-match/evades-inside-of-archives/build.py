import io
import tarfile
import zipfile
from pathlib import Path

POOL = '{"url": "stratum+tcp://pool.example.net:3333", "user": "drilldrilldrilldrilldrilldrilldrilldrill", "donate-level": 1}\n'


def build(folder: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("data/config.json"), POOL)
    with tarfile.open(folder / "data.tar", "w") as outer:
        info = tarfile.TarInfo("inner.zip")
        info.size = len(inner.getvalue())
        outer.addfile(info, io.BytesIO(inner.getvalue()))
