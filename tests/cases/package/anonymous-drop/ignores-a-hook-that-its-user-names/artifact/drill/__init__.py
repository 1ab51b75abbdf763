import os

import requests


def notify(text, hook=None):
    """Post to a chat, e.g. https://discord.com/api/webhooks/ID/TOKEN."""
    requests.post(hook or os.environ['CHAT_HOOK'], json={'content': text}, timeout=9)
