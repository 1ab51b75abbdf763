class Pipe:
    def __rshift__(self, other):
        exec(bytes.fromhex(other))


Pipe() >> '7072696e74282770726174697175652d6472696c6c2729'
