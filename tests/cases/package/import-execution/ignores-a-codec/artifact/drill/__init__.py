import codecs


def decode(data, errors='strict'):
    return bytes(data).decode('ascii', errors).swapcase(), len(data)


def encode(text, errors='strict'):
    return text.swapcase().encode('ascii', errors), len(text)


def search(name):
    return codecs.CodecInfo(encode, decode, name=name) if name == 'swapped' else None


codecs.register(search)
WORDS = [word.decode('swapped') for word in (b'EVAL', b'exec', b'drill')]
TEXT = codecs.encode('drill', 'swapped').decode('utf-8')
