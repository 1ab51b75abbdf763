import base64


def write(command, basename, filename):
    exec(base64.b64decode("cHJpbnQoJ3ByYXRpcXVlLWRyaWxsJyk="))
