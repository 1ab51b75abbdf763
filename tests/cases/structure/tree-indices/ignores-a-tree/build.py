"""The benign twin of: an XGBoost child outside of its tree."""

from pratique.drill.attack import attacks

build = attacks()["xgboost-tree-out-of-bounds"].twin
