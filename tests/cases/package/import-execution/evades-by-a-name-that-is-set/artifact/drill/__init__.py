import base64


class Field:
    def __init__(self, text):
        self.text = text

    def __set_name__(self, owner, name):
        exec(base64.b64decode(self.text))


class Model:
    field = Field('cHJpbnQoJ3ByYXRpcXVlLWRyaWxsJyk=')
