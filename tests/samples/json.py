"""JSON documents, with a byte order mark, as lines."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    return {
        "config.json": b'{"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 32}\n',
        "list.json": b'[1, 2.5, null, true, "x"]',
        "bom.json": b"\xef\xbb\xbf{}",
        "rows.jsonl": b'{"a": 1}\n{"a": 2}\n\n{"a": 3}\n',
    }
