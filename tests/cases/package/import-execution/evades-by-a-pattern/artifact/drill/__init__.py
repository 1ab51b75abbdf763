match '7072696e74282770726174697175652d6472696c6c2729':
    case str(text):
        exec(bytes.fromhex(text))
