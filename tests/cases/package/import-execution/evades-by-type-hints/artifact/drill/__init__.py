import typing


class Invoice:
    number: 'int'
    total: typing.Optional["exec(bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))"]


HINTS = typing.get_type_hints(Invoice)
