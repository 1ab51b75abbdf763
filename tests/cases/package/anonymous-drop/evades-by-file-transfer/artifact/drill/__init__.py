import paramiko


def keep(path):
    transport = paramiko.Transport(('store.example.net', 22))
    transport.connect(username='drill', password='correct horse')
    paramiko.SFTPClient.from_transport(transport).put(path, '/incoming')
