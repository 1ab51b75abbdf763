"""Small pickles of every protocol, written by hand or by the standard library."""

import collections
import datetime
import pickle


def samples() -> dict[str, bytes]:
    value = {
        "text": "häuser",
        "numbers": [1, -2, 1 << 70, 1.5, True, None],
        "bytes": b"\x00\x01" * 20,
        "day": datetime.date(2026, 1, 2),
        "ordered": collections.OrderedDict(a=1, b=(2, 3)),
        "set": {1, 2},
    }
    found = {f"protocol-{protocol}.pkl": pickle.dumps(value, protocol) for protocol in range(6)}
    found["two.pkl"] = pickle.dumps([1, 2, 3], 2) + pickle.dumps("second", 4)
    return found
