import contextlib

with contextlib.ExitStack() as stack:
    stack.callback(exec, bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))
