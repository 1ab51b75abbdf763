import base64
import zlib


def unwrap(text):
    packed = base64.b64decode(text)
    return zlib.decompress(packed)
