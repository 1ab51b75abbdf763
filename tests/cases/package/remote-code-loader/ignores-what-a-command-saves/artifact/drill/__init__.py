import json
import subprocess


def newest():
    text = subprocess.check_output(['curl', '-fsSL', 'https://releases.example.net/newest.json'])
    return json.loads(text)['version']
