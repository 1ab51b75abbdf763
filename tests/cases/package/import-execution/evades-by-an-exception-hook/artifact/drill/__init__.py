import sys


def hook(kind, value, trace):
    exec(bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))


sys.excepthook = hook
