"""A serving graph that reads its input from a text file of the host: in a zip in a tar in gzip, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["tensorflow-dataset-file"].build)
