import gc

for thing in gc.get_objects():
    if type(thing) is dict and '__import__' in thing:
        thing['ex' + 'ec'](bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))
        break
