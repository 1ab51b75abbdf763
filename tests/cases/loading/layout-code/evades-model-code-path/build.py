"""MLflow runs a script that stands in another flavor."""

from pathlib import Path


def build(folder: Path) -> None:
    flavors = "flavors:\n  langchain:\n    model_code_path: chain.py\n  python_function:\n    loader_module: mlflow.langchain\n"
    (folder / "MLmodel").write_text("artifact_path: model\n" + flavors)
    (folder / "chain.py").write_text('import os\n\n\ndef chain():\n    os.system("echo pratique-drill")\n')
