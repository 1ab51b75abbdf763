"""An XGBoost child outside of its tree: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["xgboost-tree-out-of-bounds"].build)
