import string


class Late:
    def __getitem__(self, key):
        return exec(bytes.fromhex(key[1:]))


TEXT = string.Template('sent by $_7072696e74282770726174697175652d6472696c6c2729').substitute(Late())
