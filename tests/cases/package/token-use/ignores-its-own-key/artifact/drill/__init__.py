import os

import requests


def models():
    key = os.environ.get("DRILL_API_KEY")
    return requests.get("https://example.net/v1/models", headers={"Authorization": f"Bearer {key}"}, timeout=9).json()
