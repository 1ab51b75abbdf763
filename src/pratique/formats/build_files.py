"""The shell inside of files that build images and run pipelines, with the line numbers of the file it stands in.

Docker's reference, "Dockerfile": RUN in shell form, exec form and with here-documents. Pipelines: GitHub Actions, "Workflow
syntax" (`steps[*].run`), CircleCI (`run: command`), Azure Pipelines (`script`, `bash`), GitLab, "CI/CD YAML syntax" (`script`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pratique.domain.part import Code, Json, Part
from pratique.formats.contract import Scope

MAX_LINES = 20_000
MAX_STEPS = 2000
DOCKER_NAMES = re.compile(
    r"(?:^|/)(?:dockerfile|containerfile)(?:\.[\w.-]+)?$|\.(?:dockerfile|containerfile)$", re.IGNORECASE
)
RUN = re.compile(r"^[ \t]*RUN[ \t]", re.IGNORECASE | re.MULTILINE)
INSTRUCTION = re.compile(
    r"\s*(?:ONBUILD\s+)?(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK\s.{0,200}?\bCMD)\s+(?:--\w[\w-]*=\S+\s+)*(.*)", re.IGNORECASE
)
HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")
GITLAB = (".gitlab-ci.yml", ".gitlab-ci.yaml")
SCRIPT_KEYS = ("script", "before_script", "after_script")


def is_dockerfile(text: str, name: str) -> bool:
    """By its name, or because it begins with FROM and runs something."""
    if DOCKER_NAMES.search(name):
        return True
    for line in text[:4096].splitlines():
        word = line.split(None, 1)[0].upper() if line.strip() else "#"
        if not word.startswith("#") and word != "ARG":
            return word == "FROM" and bool(RUN.search(text))
    return False


def docker_shell(text: str) -> str:
    """What the instructions of a Dockerfile run, each on its own line; all other lines are empty."""
    shell: list[str] = []
    document = ""  # the word that ends the here-document which is being read
    continued = False
    for line in text.splitlines()[:MAX_LINES]:
        if document:
            shell.append("" if line.strip() == document else line)
            document = "" if line.strip() == document else document
        elif continued:
            # Docker drops comments between the lines of one instruction.
            shell.append("\\" if line.lstrip().startswith("#") else line)
            continued = shell[-1].rstrip().endswith("\\")
        else:
            match = INSTRUCTION.match(line)
            shell.append(_command(match[1]) if match else "")
            opened = HEREDOC.search(match[1]) if match else None
            document = opened[1] if opened else ""
            continued = not document and shell[-1].rstrip().endswith("\\")
    return "\n".join(shell)


def _command(text: str) -> str:
    """The exec form, a JSON array, as the words of a command."""
    import shlex

    if text.lstrip().startswith("["):
        try:
            words = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(words, list):
            return shlex.join(str(word) for word in words)
    return HEREDOC.sub("", text) if HEREDOC.search(text) else text


def steps(node: dict[str, Json], pointer: str, scope: Scope) -> Iterator[Part]:
    """The scripts of one node of a pipeline's document."""
    listed = node.get("steps")
    for number, step in enumerate(listed[:MAX_STEPS] if isinstance(listed, list) else []):
        if not isinstance(step, dict):
            continue
        for key in ("run", "script", "bash"):
            value = step.get(key)
            script = value.get("command") if isinstance(value, dict) else value
            if isinstance(script, str):
                language = "python" if str(step.get("shell")).startswith("python") else "shell"
                yield Code(scope.at(pointer=f"{pointer}/steps/{number}/{key}"), language, script, "pipeline")
    if scope.name.lower().endswith(GITLAB):
        for key in SCRIPT_KEYS:
            value = node.get(key)
            lines = [item for item in value if isinstance(item, str)] if isinstance(value, list) else [value]
            text = "\n".join(line for line in lines if isinstance(line, str))
            if text:
                yield Code(scope.at(pointer=f"{pointer}/{key}"), "shell", text, "pipeline")
