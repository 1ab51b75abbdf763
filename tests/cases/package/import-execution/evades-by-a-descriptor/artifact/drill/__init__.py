import base64


class Later:
    def __get__(self, holder, kind=None):
        exec(base64.b64decode('cHJpbnQoJ3ByYXRpcXVlLWRyaWxsJyk='))


class User:
    value = Later()


User().value
