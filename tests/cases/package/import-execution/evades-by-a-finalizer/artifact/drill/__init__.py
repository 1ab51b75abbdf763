import weakref


class Nest:
    pass


nest = Nest()
weakref.finalize(nest, exec, bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))
