from pathlib import Path

from tests.releases import PLAIN, SDIST, WHEEL, sdist, wheel


def build(folder: Path) -> None:
    """A `src/` layout, line ends of Windows, a script, and a version that the build wrote."""
    run = "#!/usr/bin/env python\nimport drill\n"
    built = {
        "drill/__init__.py": PLAIN.replace("\n", "\r\n"),
        "drill/_version.py": "__version__ = '1.0'\n",
        "drill-1.0.data/scripts/drill.py": run.replace("/usr/bin/env python", "python"),
    }
    (folder / WHEEL).write_bytes(wheel(built))
    (folder / SDIST).write_bytes(sdist({"src/drill/__init__.py": PLAIN, "bin/drill.py": run}))
