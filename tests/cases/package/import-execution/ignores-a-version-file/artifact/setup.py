from pathlib import Path

from setuptools import setup

about = {}
exec(Path(__file__).with_name('drill').joinpath('about.py').read_text(), about)
setup(name='drill', version=about['VERSION'], packages=['drill'])
