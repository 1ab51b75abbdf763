import re
import sqlite3


def matches(pattern, text):
    return re.search(pattern, text or '') is not None


db = sqlite3.connect(':memory:')
db.create_function('regexp', 2, matches)
db.create_collation('folded', lambda one, other: (one.lower() > other.lower()) - (one.lower() < other.lower()))
