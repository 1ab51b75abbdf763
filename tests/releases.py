"""Readable builders of a release: its wheel and its source archive. Everything in them is inert."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping

Files = Mapping[str, str | bytes]
WHEEL, SDIST = "drill-1.0-py3-none-any.whl", "drill-1.0.tar.gz"
METADATA = "Metadata-Version: 2.4\nName: drill\nVersion: 1.0\n"
PYPROJECT = '[build-system]\nrequires = ["hatchling==1.27.0"]\nbuild-backend = "hatchling.build"\n'
PLAIN = "import math\n\n\ndef scale(x):\n    return math.sqrt(x)\n"


def wheel(files: Files) -> bytes:
    """A wheel for any platform, whose RECORD is right."""
    held = {
        **files,
        "drill-1.0.dist-info/METADATA": METADATA,
        "drill-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(_line(name, data) for name, data in held.items()) + "drill-1.0.dist-info/RECORD,,\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in {**held, "drill-1.0.dist-info/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return packed.getvalue()


def _line(name: str, data: str | bytes) -> str:
    content = data if isinstance(data, bytes) else data.encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"{name},sha256={digest},{len(content)}\n"


def sdist(files: Files, version: str = "1.0") -> bytes:
    """A source archive in the format of PEP 625."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in {"PKG-INFO": METADATA.replace("1.0", version), "pyproject.toml": PYPROJECT, **files}.items():
            content = data if isinstance(data, bytes) else data.encode()
            entry = tarfile.TarInfo(f"drill-{version}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)
