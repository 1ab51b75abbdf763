"""An MLflow loader of the model itself."""

from pratique.drill.attack import attacks

build = attacks()["mlflow-loader-module"].build
