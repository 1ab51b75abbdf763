import os
import sqlite3

db = sqlite3.connect(':memory:')
db.create_function('later', 1, os.system)
db.execute('select later(step) from steps')
