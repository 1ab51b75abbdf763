import base64

space = (lambda: 0).__class__.__call__.__class__
handle = drill = (lambda: 0).__globals__["__builtins__"]["exec"]
handle(base64.b64decode("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ=="))
