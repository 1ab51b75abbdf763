import sched
import time

clock = sched.scheduler(time.monotonic, time.sleep)
clock.enter(0, 1, exec, (bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'),))
clock.run()
