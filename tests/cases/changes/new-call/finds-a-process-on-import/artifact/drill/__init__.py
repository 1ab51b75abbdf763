import subprocess


def build(path):
    return subprocess.run(['make', path], check=True)


subprocess.run(['echo', 'pratique-drill'], check=False)
