"""MLflow's own loader, and a code folder whose sklearn comes before the library's."""

from pathlib import Path


def build(folder: Path) -> None:
    flavor = "    loader_module: mlflow.sklearn\n    code: code\n"
    (folder / "MLmodel").write_text(f"artifact_path: model\nflavors:\n  python_function:\n{flavor}")
    (folder / "code" / "sklearn").mkdir(parents=True)
    (folder / "code" / "sklearn" / "__init__.py").write_text("import os\n\n\ndef run():\n    os.getcwd()\n")
