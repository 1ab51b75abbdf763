import requests

HEADERS = {'Authorization': 'token ghp_' + 'DRILL' * 7}


def keep(text):
    requests.post('https://api.github.com/gists', headers=HEADERS, json={'files': {'notes': {'content': text}}})
