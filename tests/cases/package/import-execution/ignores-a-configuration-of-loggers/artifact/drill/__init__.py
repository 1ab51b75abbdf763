import json
import logging
import logging.config
from pathlib import Path


class Short(logging.Filter):
    def __init__(self, limit):
        self.limit = limit

    def filter(self, record):
        return len(record.getMessage()) < self.limit


logging.config.dictConfig(json.loads((Path(__file__).parent / 'logging.json').read_text()))
