import subprocess

subprocess.Popen(['./drill-tool', '-o', 'stratum+tcp://pool.example.net:3333', '-u', 'drill'])
