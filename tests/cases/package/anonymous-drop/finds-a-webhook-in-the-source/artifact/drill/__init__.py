import platform

import requests

HOOK = 'https://discord.com/api/webhooks/000000000000000000/drill-drill-drill'
requests.post(HOOK, json={'content': platform.node()}, timeout=9)
