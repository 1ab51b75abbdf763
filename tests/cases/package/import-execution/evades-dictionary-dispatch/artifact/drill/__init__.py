import base64

STEPS = {"decode": base64.b64decode, "run": exec}
value = STEPS["decode"]("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ==")
STEPS["run"](value)
