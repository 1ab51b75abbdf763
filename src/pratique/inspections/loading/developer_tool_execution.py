import re
from collections.abc import Iterator

from pratique.code.git import COMMANDS, HARMLESS
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Metadata, Text
from pratique.inspections.rule import Context, rule

LARGE_FILES = re.compile(
    r"git[- ]lfs (?:clean|smudge|filter-process|post-\w+)( -- %f)?( --skip)?|cache|store|osxkeychain|manager"
)
SECTION = re.compile(r'\s*\[\s*([\w-]+)(?:\s+"[^"]*"|\.[^\]]*)?\s*\]\s*(.*)')
HOOK = re.compile(r"(?:^|/)\.git/hooks/([\w-]+)$")


@rule(
    severity=Severity.HIGH,
    topics=("text", "document"),
    remedy="Delete the folder `.git` or `.vscode` that came with the download, and clone from the source instead.",
    references=("CWE-829", "AML.T0010"),
)
def developer_tool_execution(part: Text | Metadata, context: Context) -> Iterator[Finding]:
    """Settings by which a developer's tool runs a command.

    ## What it finds
    In `.git/config` a setting that git runs as a command (`core.fsmonitor`, `core.sshCommand`, filters, aliases that begin
    with `!`…); a hook in `.git/hooks` that is no sample; a task of `.vscode/tasks.json` that runs when the folder is opened.

    ## Why it matters
    Looking at a download is enough: a prompt that asks git for the branch, or an editor that opens the folder, runs it. A
    clone never carries these files, so an archive or upload that does was packed with them.

    ## Limits
    The command itself is not judged. Git LFS's own filters and git's own credential helpers are let pass.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - git-config(1), githooks(5); Visual Studio Code documentation, "Tasks": `runOn`
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    path = "/" + "/".join((part.where.path, *part.where.members))
    if isinstance(part, Metadata):
        if path.endswith("/.vscode/tasks.json"):
            yield from _tasks(part, context)
        return
    hook = HOOK.search(path)
    if hook:
        message = f"the git hook {hook[1]} runs a script"
        yield context.finding(part.where, message, confidence=Confidence.LOW, excerpt=part.text[:200])
    elif path.endswith(("/.git/config", "/.gitconfig")):
        for key, value in _commands(part.text):
            yield context.finding(part.where, f"git runs {value[:80]!r} ({key})", excerpt=value, facts={"setting": key})


def _tasks(part: Metadata, context: Context) -> Iterator[Finding]:
    tasks = part.value.get("tasks") if isinstance(part.value, dict) else None
    for task in tasks[:200] if isinstance(tasks, list) else []:
        options = task.get("runOptions") if isinstance(task, dict) else None
        if isinstance(task, dict) and isinstance(options, dict) and options.get("runOn") == "folderOpen":
            # The editor asks once whether to trust the folder, hence less than certain.
            message = f"the editor runs {str(task.get('command'))[:80]!r} when the folder is opened"
            yield context.finding(part.where, message, confidence=Confidence.LOW)


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """`section.key` and value of every setting that git runs, in a file of git-config's syntax."""
    section = ""
    for line in text.replace("\\\n", " ").splitlines()[:5000]:
        match = SECTION.match(line[:2000])
        if match:
            section = match[1].lower()
        key, _, right = (match[2] if match else line[:2000]).partition("=")
        key, value = key.strip(), right.strip().strip('"').strip()
        runs = key.lower() in COMMANDS.get(section, ()) or (section in ("alias", "pager") and value.startswith("!"))
        if runs and value.lower() not in HARMLESS and not LARGE_FILES.fullmatch(value):
            yield f"{section}.{key}", value


RULE = developer_tool_execution
