import importlib
import os
import sys
import tempfile

folder = tempfile.mkdtemp()
with open(os.path.join(folder, 'stage.py'), 'wb') as file:
    file.write(bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729'))
sys.path.insert(0, folder)
importlib.import_module('stage')
