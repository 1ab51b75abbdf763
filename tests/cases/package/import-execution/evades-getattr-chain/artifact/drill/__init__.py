import base64
import importlib

run = getattr(importlib.import_module("built" + "ins"), "ex" + "ec")
run(getattr(base64, "b64" + "decode")("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ=="))
