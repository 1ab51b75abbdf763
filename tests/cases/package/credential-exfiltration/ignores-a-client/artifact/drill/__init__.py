import os

import requests


class Client:
    def __init__(self, key=None):
        self.key = key or os.environ["OPENAI_API_KEY"]
        self.proxy = os.environ.get("HTTPS_PROXY")

    def ask(self, text):
        return requests.post("https://example.net/v1", json={"text": text}, headers={"Authorization": self.key}, timeout=9)


def child():
    env = os.environ.copy()
    env["LANG"] = "C"
    return env
