"""The attribute comes from the conversation: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["template/computed-attribute"].build)
