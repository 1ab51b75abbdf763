"""The benign twin of: the attribute comes from the conversation."""

from pratique.drill.attack import attacks

build = attacks()["template/computed-attribute"].twin
