import os
import subprocess


def convert(path):
    tool = os.path.join(os.path.dirname(__file__), 'tool.bin')
    return subprocess.run([tool, path], check=True, capture_output=True).stdout
