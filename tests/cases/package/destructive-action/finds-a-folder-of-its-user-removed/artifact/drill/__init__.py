import os
import shutil

shutil.rmtree(os.path.expanduser('~/absent-drill'), ignore_errors=True)
