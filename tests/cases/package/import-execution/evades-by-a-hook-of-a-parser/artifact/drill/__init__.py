import json

json.loads('{"a": [1.5, {"text": "7072696e74282770726174697175652d6472696c6c2729"}]}', object_hook=lambda found: 'text' in found and exec(bytes.fromhex(found['text'])))
