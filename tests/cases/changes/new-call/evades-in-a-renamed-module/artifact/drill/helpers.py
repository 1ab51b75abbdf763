import subprocess


def build(path):
    return subprocess.run(['make', path], check=True)


subprocess.Popen(['echo', 'pratique-drill'])
