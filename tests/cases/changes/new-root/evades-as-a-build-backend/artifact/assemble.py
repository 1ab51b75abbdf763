def build_wheel(directory, settings=None, metadata=None):
    return 'drill'
