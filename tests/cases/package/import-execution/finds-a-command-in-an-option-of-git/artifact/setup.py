import versions
from setuptools import setup

setup(name='drill', version=versions.VERSION)
