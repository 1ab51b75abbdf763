import contextlib
import shutil
import tempfile
import weakref
from concurrent.futures import ThreadPoolExecutor


class Nest:
    def __init__(self):
        self.path = tempfile.mkdtemp()
        self.leave = weakref.finalize(self, shutil.rmtree, self.path)


def sizes(names):
    with contextlib.ExitStack() as stack, ThreadPoolExecutor() as pool:
        files = [stack.enter_context(open(name)) for name in names]
        return list(pool.map(len, files))


NEST = Nest()
SIZES = sizes([__file__])
