import base64
import sys


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        exec(base64.b64decode("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ=="))


sys.meta_path.insert(0, Finder)
