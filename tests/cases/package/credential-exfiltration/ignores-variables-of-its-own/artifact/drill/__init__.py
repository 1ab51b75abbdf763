import os

import requests


class Retriever:
    def __init__(self):
        self.endpoint = os.environ['DRILL_ENDPOINT']
        self.options = {key[len('DRILL_ARG_'):]: value for key, value in os.environ.items() if key.startswith('DRILL_ARG_')}

    def search(self, query):
        return requests.get(self.endpoint, params={**self.options, 'q': query}).json()
