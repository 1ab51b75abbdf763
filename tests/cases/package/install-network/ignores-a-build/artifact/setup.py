import os
from pathlib import Path

from setuptools import Extension, setup

about = {}
exec(Path("drill/version.py").read_text(), about)
flags = os.environ.get("CFLAGS", "").split()
setup(name="drill", version=about["VERSION"], ext_modules=[Extension("drill.fast", ["fast.c"], extra_compile_args=flags)])
