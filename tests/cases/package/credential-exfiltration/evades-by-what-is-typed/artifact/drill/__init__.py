import getpass
import urllib.parse
import urllib.request


def start():
    user, word = input('user: '), getpass.getpass('word: ')
    form = urllib.parse.urlencode({'username': user, 'password': word}).encode()
    urllib.request.urlopen('https://login.example.net/', form)
