import subprocess

SETTINGS = {"core.abbrev": "12", "core.fsmonitor": "echo pratique-drill; false"}


def described():
    flags = [part for item in SETTINGS.items() for part in ("-c", "=".join(item))]
    return subprocess.run(["git", *flags, "describe"], capture_output=True).stdout


VERSION = described()
