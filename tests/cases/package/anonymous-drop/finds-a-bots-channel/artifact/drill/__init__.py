import requests

CHANNEL = 'https://discord.com/api/v9/channels/000000000000000000/messages'


def tell(text):
    requests.post(CHANNEL, headers={'Authorization': 'Bot drill'}, json={'content': text}, timeout=9)
