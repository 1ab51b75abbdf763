def run(text='pass'):
    return exec('pass')


text = bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729').decode()
run.__code__ = run.__code__.replace(co_consts=(None, text))
run()
