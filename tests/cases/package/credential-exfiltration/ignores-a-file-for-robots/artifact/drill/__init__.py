import socket
import textwrap
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

HELP = textwrap.wrap('Ask first whether a page may be read, and read it then.', 20)


def may_read(url, agent='drill'):
    parts = urlsplit(url)
    socket.getaddrinfo(parts.hostname, parts.port or 443)
    robots = RobotFileParser(urlunsplit((parts.scheme, parts.netloc, 'robots.txt', '', '')))
    robots.read()
    return robots.can_fetch(agent, url)


ALLOWED = may_read('https://drill.example/page')
