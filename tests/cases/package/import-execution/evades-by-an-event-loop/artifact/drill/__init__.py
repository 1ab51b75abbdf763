import asyncio

loop = asyncio.new_event_loop()
loop.call_later(0.1, exec, bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))
