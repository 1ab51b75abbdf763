"""Python source: a module, a script, a declared encoding."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    return {
        "module.py": b"import math\n\n\ndef area(r):\n    return math.pi * r**2\n",
        "script": b"#!/usr/bin/env python3\nprint('hello')\n",
        "latin.py": "# -*- coding: latin-1 -*-\nname = 'caf\u00e9'\n".encode("latin-1"),
    }
