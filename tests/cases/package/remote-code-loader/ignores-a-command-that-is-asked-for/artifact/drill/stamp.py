import subprocess

from setuptools import Command


class Stamp(Command):
    def run(self):
        subprocess.run(["git", "tag", "--list"])
