import sys
from dataclasses import dataclass


class Duck(type):
    def __instancecheck__(cls, value):
        return hasattr(value, 'quack')


class Quacking(metaclass=Duck):
    pass


@dataclass
class Point:
    x: int
    y: int


def told(value):
    match value:
        case Quacking():
            return 'a duck'
        case Point(0, y=0):
            return 'the origin'
        case Point(x, y) if x == y:
            return f'on the diagonal at {x}'
        case [Point() as first, *rest]:
            return f'{told(first)} and {len(rest)} more'
        case {'name': str(name), **others}:
            return f'{name} with {sorted(others)}'
        case 'eval' | 'exec' as word:
            return word.upper()
        case sys.maxsize | -1 | None:
            return 'nothing'
        case _:
            return repr(value)


TOLD = [told(v) for v in (Point(0, 0), Point(3, 3), [Point(1, 2)], {'name': 'exec', 'as': 1}, 'exec', -1, 2.5)]
