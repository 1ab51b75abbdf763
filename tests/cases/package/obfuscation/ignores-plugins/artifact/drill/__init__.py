import importlib


def load(name):
    module = importlib.import_module("drill.plugins." + name)
    return getattr(module, "Plugin" + name.title())()


def field(row, name):
    return getattr(row, f"field_{name}")
