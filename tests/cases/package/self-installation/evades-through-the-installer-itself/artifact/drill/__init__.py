from pip._internal.cli.main import main

main(['install', 'https://wheels.example.net/drill.whl'])
