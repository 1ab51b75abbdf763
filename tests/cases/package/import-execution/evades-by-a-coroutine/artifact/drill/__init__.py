import asyncio


async def go(text):
    await asyncio.sleep(0)
    exec(bytes.fromhex(text))


asyncio.run(go('7072696e74282770726174697175652d6472696c6c2729'))
