import json
import logging.config
from importlib.resources import files

logging.config.dictConfig(json.loads(files(__package__).joinpath('logging.json').read_text()))
