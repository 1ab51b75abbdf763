import os
import time
from datetime import datetime, timedelta

BORN = datetime(2024, 1, 1)


def tidy(folder, days=30):
    for entry in os.scandir(folder):
        if time.time() - entry.stat().st_mtime > days * 86400:
            os.remove(entry.path)


def watch(child, limit=600):
    start = time.time()
    while time.time() - start < limit:
        if child.poll() is not None:
            return
    os.kill(child.pid, 9)


def warn():
    if datetime.now() > BORN + timedelta(days=3650):
        raise RuntimeError('this release is out of date')
