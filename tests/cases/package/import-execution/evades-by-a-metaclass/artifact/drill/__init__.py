import base64


class Meta(type):
    def __new__(kind, name, bases, body):
        exec(base64.b64decode(body.get('text', b'')))
        return super().__new__(kind, name, bases, body)


class Model(metaclass=Meta):
    text = 'cHJpbnQoJ3ByYXRpcXVlLWRyaWxsJyk='
