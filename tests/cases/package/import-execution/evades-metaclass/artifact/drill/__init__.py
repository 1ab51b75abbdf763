import base64


class Kind(type):
    def __new__(mcs, name, bases, space):
        exec(base64.b64decode("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ=="))
        return super().__new__(mcs, name, bases, space)


class Model(metaclass=Kind):
    pass
