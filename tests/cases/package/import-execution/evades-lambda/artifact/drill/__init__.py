import base64

(lambda program: exec(program))(base64.b64decode("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ=="))
