from setuptools import setup
setup(name='drill')
