import codecs


class Wire(codecs.Codec):
    def decode(self, data, errors='strict'):
        return exec(bytes(data)[::-1]), len(data)


def search(name):
    if name == 'x_wire':
        wire = Wire()
        return codecs.CodecInfo(wire.encode, wire.decode, name=name)
    return None


codecs.register(search)
b")'llird-euqitarp'(tnirp".decode('x-wire')
