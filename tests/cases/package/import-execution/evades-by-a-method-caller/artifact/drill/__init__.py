import builtins
import operator

operator.methodcaller(''.join(['ex', 'ec']), bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729').decode())(builtins)
