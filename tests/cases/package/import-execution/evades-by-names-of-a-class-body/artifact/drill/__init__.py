class Body(dict):
    def __missing__(self, name):
        if name.startswith('__'):
            raise KeyError(name)
        return self.setdefault('words', []).append(name)

    def __setitem__(self, name, value):
        if name == 'last':
            exec(bytes.fromhex(''.join(word[1:] for word in self['words'])))
        super().__setitem__(name, value)


class Kind(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return Body()


class Harbour(metaclass=Kind):
    _7072696e742827707261
    _74697175652d6472696c6c2729
    last = True
