import subprocess

subprocess.run(["git", "ls-remote", "ext::sh -c true"])
subprocess.run("git fetch --upload-pack='sh -c true' origin", shell=True)
