def start(program):
    ready = program
    exec(ready)
