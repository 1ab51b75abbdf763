X = 1
URL = 'wss://ab12.ngrok-free.app/x'
