import json
from urllib.request import Request, urlopen

import jwt


class Client:
    def __init__(self, application, private_key):
        self.application, self.private_key = application, private_key

    def token(self):
        claim = jwt.encode({'iss': self.application}, self.private_key, algorithm='RS256')
        body = json.dumps({'assertion': claim}).encode()
        return urlopen(Request('https://accounts.example.com/token', body))
