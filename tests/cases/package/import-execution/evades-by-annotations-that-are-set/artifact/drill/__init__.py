import inspect


def total(number):
    return number


total.__annotations__ = {'number': ''.join(["exec(bytes.from", "hex('7072696e74282770726174697175652d", "6472696c6c2729'))"])}
SIGNATURE = inspect.signature(total, eval_str=True)
