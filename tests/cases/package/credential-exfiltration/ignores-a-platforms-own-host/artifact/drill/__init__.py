import os

import requests


def issues(repository):
    token = os.environ.get("GITHUB_TOKEN")
    url = f"https://api.github.com/repos/{repository}/issues"
    return requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=9).json()


ISSUES = issues("example/drill")
