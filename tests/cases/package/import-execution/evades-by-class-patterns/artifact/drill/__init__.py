from dataclasses import dataclass
from typing import Any


@dataclass
class Leaf:
    value: Any


@dataclass
class Call(Leaf):
    inner: Any
    rest: tuple = ()


class Pair:
    __match_args__ = ('left', 'right')

    def __init__(self, left, right):
        self.left, self.right = left, right


def run(tree):
    match tree:
        case {'tree': inner, **_}:
            return run(inner)
        case Call(value=callable_, inner=Pair() as pair, rest=[first, *_]) if first > -2:
            return callable_(run(pair))
        case Pair(str() as left, right=str(right)):
            return bytes.fromhex(left + right)
        case Leaf(value):
            return value


run({'tree': Call(exec, Pair('7072696e742827707261', '74697175652d6472696c6c2729'), (-1, 2)), 'of': 'drill'})
