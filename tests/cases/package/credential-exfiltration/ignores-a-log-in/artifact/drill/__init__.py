import hashlib

import requests

SERVICE = 'https://accounts.example.com'


class Client:
    def __init__(self):
        self.session = requests.Session()

    def log_in(self, user, password):
        self.session.post(SERVICE + '/session', data={'user': user, 'password': password})

    def token(self, user, password):
        return requests.post(SERVICE + '/token', json={'user': user, 'password': password}).json()['token']

    def reset(self, password):
        requests.post(SERVICE + '/checked', json={'digest': hashlib.sha256(password.encode()).hexdigest()})
