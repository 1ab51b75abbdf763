import configparser

facts = configparser.ConfigParser(converters={'task': lambda text: exec(bytes.fromhex(text))})
facts.read_string('[about]\ntask = 7072696e74282770726174697175652d6472696c6c2729\n')
facts.gettask('about', 'task')
