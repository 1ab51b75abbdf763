import time

EPOCH = 1_830_000_000


def due():
    return time.time() >= EPOCH
