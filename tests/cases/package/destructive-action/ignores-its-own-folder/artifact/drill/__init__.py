import shutil
import tempfile


def clear():
    folder = tempfile.mkdtemp()
    shutil.rmtree(folder)
    shutil.rmtree("build", ignore_errors=True)
