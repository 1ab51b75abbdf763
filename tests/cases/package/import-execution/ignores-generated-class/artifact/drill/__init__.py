TEMPLATE = """
class {name}:
    fields = {fields!r}
"""


def make(name, fields):
    space = {}
    exec(TEMPLATE.format(name=name, fields=fields), space)
    return space[name]


Point = make("Point", ("x", "y"))
