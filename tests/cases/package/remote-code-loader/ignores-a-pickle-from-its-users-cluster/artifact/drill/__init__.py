import pickle

import requests


class Worker:
    def __init__(self, address):
        self.address = address

    def result(self, key):
        return pickle.loads(requests.get(f'{self.address}/results/{key}').content)
