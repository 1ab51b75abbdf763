class Kind(type):
    def __subclasscheck__(cls, value):
        return exec(bytes.fromhex(value.__name__[1:]))


class Text(metaclass=Kind):
    pass


issubclass(type('_7072696e74282770726174697175652d6472696c6c2729', (), {}), Text)
