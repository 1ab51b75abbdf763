def parts():
    yield '7072696e742827707261'
    yield '74697175652d6472696c6c2729'


exec(bytes.fromhex(''.join(parts())))
