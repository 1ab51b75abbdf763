"""YAML documents."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    return {
        "config.yaml": b"model:\n  hidden: 32\n  layers: [1, 2]\n",
        "many.yml": b"---\na: 1\n---\nb: 2\n",
        "alias.yaml": b"base: &b {x: 1}\nother: *b\n",
    }
