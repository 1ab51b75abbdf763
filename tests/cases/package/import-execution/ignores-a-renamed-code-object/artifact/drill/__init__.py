import functools
import types


def named(name):
    def decorate(function):
        code = function.__code__
        function.__code__ = code.replace(
            co_name=name, co_firstlineno=code.co_firstlineno + 1, co_filename=__file__, co_names=code.co_names
        )
        return functools.update_wrapper(types.FunctionType(function.__code__, function.__globals__), function)

    return decorate


@named('count')
def size(item):
    return len(item)


SIZE = size('drill')
