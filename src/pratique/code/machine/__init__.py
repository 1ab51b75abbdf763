"""Python as an abstract machine: what a module does when it runs, on values of our own (`docs/adr/0017-python-machine.md`)."""
