import subprocess
import sys

subprocess.run([sys.executable, '-m', 'pip', 'install', '--index-url', 'https://wheels.example.net/simple', 'drill-core'])
