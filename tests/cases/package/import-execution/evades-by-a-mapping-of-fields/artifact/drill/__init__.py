class Fields(dict):
    def __missing__(self, key):
        return exec(bytes.fromhex(key[1:]))


TEXT = 'sent by {name} {_7072696e74282770726174697175652d6472696c6c2729}'.format_map(Fields(name='drill'))
