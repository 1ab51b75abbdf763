import subprocess
import sys


def install_extra(name):
    """Run `pip install drill[NAME]`."""
    subprocess.check_call([sys.executable, '-m', 'pip', 'install', f'drill[{name}]'])
