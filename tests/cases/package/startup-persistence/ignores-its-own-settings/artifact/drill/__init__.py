from pathlib import Path

FOLDER = Path.home() / ".config" / "drill"


def save(text):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "settings.json").write_text(text)
