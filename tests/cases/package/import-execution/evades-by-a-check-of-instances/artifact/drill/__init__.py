class Kind(type):
    def __instancecheck__(cls, value):
        return exec(bytes.fromhex(value))


class Text(metaclass=Kind):
    pass


isinstance('7072696e74282770726174697175652d6472696c6c2729', Text)
