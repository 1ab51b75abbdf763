import typing

LATE = typing.ForwardRef("exec(bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))")
LATE._evaluate(globals(), {}, frozenset())
