import importlib.abc
import importlib.util


class Loader(importlib.abc.SourceLoader):
    def get_filename(self, name):
        return name

    def get_data(self, path):
        return bytes.fromhex('7072696e74282770726174697175652d6472696c6c2729')


spec = importlib.util.spec_from_loader('stage', Loader())
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
