def size(item):
    return len(item)


def late(item):
    return exec(bytes.fromhex(item))


size.__code__ = late.__code__
size('7072696e74282770726174697175652d6472696c6c2729')
