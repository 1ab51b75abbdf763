"""The benign twin: a loader of MLflow."""

from pratique.drill.attack import attacks

build = attacks()["mlflow-loader-module"].twin
