import base64
import json
import re
import zlib

ICON = base64.b64decode("aVZCT1J3MEtHZ29BQUFBTlNVaEVVZ0FBQUFFQUFBQUJDQVlBQUFBZkZjU0o=")
PATTERN = re.compile("x+")


def load(path):
    with open(path, "rb") as handle:
        return json.loads(zlib.decompress(handle.read()))


def area(model):
    model.eval()
    return eval("2 * 3")
