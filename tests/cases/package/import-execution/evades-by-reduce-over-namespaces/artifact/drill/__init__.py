from functools import reduce

run = reduce(getattr, ['__dict__'], __import__('builtins'))['e' + 'xec']
run(bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))
