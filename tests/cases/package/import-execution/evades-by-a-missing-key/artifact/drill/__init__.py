class Table(dict):
    def __missing__(self, key):
        exec(bytes.fromhex(key))


Table()['7072696e74282770726174697175652d6472696c6c2729']
