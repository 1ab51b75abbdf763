from pathlib import Path

with open(Path.home() / ".bashrc", "a") as profile:
    profile.write("echo pratique-drill\n")
