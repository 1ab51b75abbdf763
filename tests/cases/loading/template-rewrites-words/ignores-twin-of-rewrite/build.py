"""The benign twin of: one account number stands in for another."""

from pratique.drill.attack import attacks

build = attacks()["template/rewrite"].twin
