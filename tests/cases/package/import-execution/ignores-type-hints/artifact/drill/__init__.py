from __future__ import annotations

import inspect
import typing
from dataclasses import dataclass
from typing import Annotated


@dataclass
class Invoice:
    number: Annotated[int, dict(least=1)]
    total: 'typing.Optional[float]' = None


def told(invoice: 'Invoice', *, places: int = 2) -> 'str':
    return f'{invoice.number}: {round(invoice.total or 0, places)}'


HINTS = typing.get_type_hints(Invoice, include_extras=True)
SIGNATURE = inspect.signature(told, eval_str=True)
COLUMNS = {name: kind for name, kind in vars(Invoice).items() if not name.startswith('_')}
