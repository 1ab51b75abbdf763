"""MLflow's own loader, with the model's folder itself as the code folder."""

from pathlib import Path


def build(folder: Path) -> None:
    flavor = "    loader_module: mlflow.sklearn\n    code: .\n"
    (folder / "MLmodel").write_text(f"artifact_path: model\nflavors:\n  python_function:\n{flavor}")
    (folder / "sklearn.py").write_text("def run():\n    pass\n")
