import base64


class Registry:
    def __init_subclass__(cls, **options):
        exec(base64.b64decode("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ=="))


class Entry(Registry):
    pass
