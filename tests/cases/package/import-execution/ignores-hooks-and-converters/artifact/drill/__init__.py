import ast
import cmd
import configparser
import json
import string
import sys
from pathlib import Path


class Point(dict):
    def __missing__(self, key):
        return f'<{key}>'


class Names(ast.NodeVisitor):
    def __init__(self):
        self.found = []

    def visit_Name(self, node):
        self.found.append(node.id)
        self.generic_visit(node)


class Shell(cmd.Cmd):
    def do_say(self, what):
        print(what)


class Ordered(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return Point()

    def __new__(mcs, name, bases, members):
        return super().__new__(mcs, name, bases, dict(members))


class Fields(metaclass=Ordered):
    first = 1
    second = [first, 2]


counts = {}


def count(frame, event, arg):
    counts[frame.f_code.co_name] = counts.get(frame.f_code.co_name, 0) + 1


parser = configparser.ConfigParser(converters={'path': Path, 'list': lambda text: text.split()})
parser.read_string('[drill]\nhome = .\nwords = eval exec system\n')
HOME, WORDS = parser.getpath('drill', 'home'), parser.getlist('drill', 'words')
FOUND = json.loads('{"x": 1.25, "y": [2, 3]}', object_hook=Point, parse_float=str)
TEXT = '{x} {z}'.format_map(FOUND) + string.Template('$x').safe_substitute(FOUND)
names = Names()
names.visit(ast.parse(TEXT, mode='exec') if TEXT.isidentifier() else ast.parse('a + b'))
Shell().onecmd('say drill')
sys.setprofile(count)
sys.setprofile(None)
