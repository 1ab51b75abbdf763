import types


def size(item):
    return len(item)


kept = size.__code__
made = types.CodeType(
    1, 0, 0, 1, 3, 3, bytes.fromhex('9700740000000000000000007c00ab010000000000000053'), (None,), ('print',), ('item',),
    'drill.py', 'size', 'size', 1, b'', b'',
)
types.FunctionType(made, {})('pratique-drill')
