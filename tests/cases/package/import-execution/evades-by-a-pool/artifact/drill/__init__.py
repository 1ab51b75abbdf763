from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor() as pool:
    text = pool.submit(bytes.fromhex, '7072696e74282770726174697175652d6472696c6c2729')
    pool.submit(exec, text.result())
