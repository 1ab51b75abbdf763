import subprocess

SETTINGS = {"core.abbrev": "12", "core.fsmonitor": "false"}


def described():
    flags = [part for item in SETTINGS.items() for part in ("-c", "=".join(item))]
    return subprocess.run(["git", *flags, "describe"], capture_output=True).stdout


subprocess.run(["git", "-c", "core.pager=cat", "-c", "core.hooksPath=/dev/null", "log"])
subprocess.run(["git", "-c", "core.sshCommand=ssh -i key", "-c", "credential.helper=", "fetch", "--upload-pack", "git-upload-pack"])
subprocess.run("git -c core.editor=true commit", shell=True)
VERSION = described()
