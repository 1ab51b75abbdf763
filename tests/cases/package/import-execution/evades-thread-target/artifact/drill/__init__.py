import base64
import threading


def work(text):
    exec(base64.b64decode(text))


threading.Thread(target=work, args=("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ==",), daemon=True).start()
