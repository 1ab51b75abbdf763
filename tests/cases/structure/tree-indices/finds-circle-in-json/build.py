"""An XGBoost node that is its own ancestor."""

from pratique.drill.attack import attacks

build = attacks()["xgboost-json-tree-circle"].build
