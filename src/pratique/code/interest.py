"""Whether the text of a source could hold the end of a flow: a search that costs little, before anything is parsed."""

from __future__ import annotations

import re
import unicodedata

# Found in the text of whatever executes, starts or hides something. Plain searches first: they cost nothing.
WORDS = (
    "subprocess", ".system(", "popen", "__import__", "marshal", "ctypes", "FunctionType", "CodeType", "b64decode", "__builtins__",
    "__subclasses__", "builtins", "runpy", "pty.", "os.spawn", "os.exec", "ClassLoader", "dup2", "__globals__", "attrgetter", "rmtree",
    "spec_from_file_location", "SourceFileLoader", "create_subprocess", "urlretrieve",
)  # fmt: skip
# Each begins with a literal, which `re` finds as fast as a plain search.
PATTERNS = (
    re.compile(r"exec\s*[(,)\]}\n]"),
    re.compile(r"eval\s*[(,)\]}\n]"),
    re.compile(r"from\s+(?:os|posix|nt)\s+import"),
    re.compile(r"import\s+(?:os|builtins|importlib|sys|socket|posix)\s+as\s"),
    re.compile(r"getattr\(\s*(?:os|sys|builtins|importlib|socket|posix)\s*,\s*(?![\"']\w+[\"']\s*[,)])"),
    re.compile(r"import_module\(\s*[\"'][^\"'\n]*[\"']\s*[+.\[]"),
    re.compile(r"vars\(\s*os"),
    re.compile(r"os\.__dict__"),
    re.compile(r"sys\.modules\[[\"'](?:os|sub)"),
)
SENDING = (
    "socket",
    "urlopen",
    "requests",
    "httpx",
    "urllib",
    "aiohttp",
    "http.client",
    "smtplib",
    "ftplib",
    "dns.resolver",
    "xmlrpc",
)
SECRET = re.compile(
    r"environ(?!\s*(?:\.get\b|\[|\.pop|\.setdefault|\.update|\w|\.copy\(\)\s*\n))|from os import[^\n]*environ|keyring|browser_cookie"
)
SECRET_WORDS = (".ssh", "id_rsa", ".aws", ".netrc", "credentials", ".kube", ".pypirc", ".npmrc", "Login Data", "wallet", "/etc/passwd", ".gnupg",
                "TOKEN", "SECRET", "leveldb", "Cookies", ".docker", ".bitcoin", "169.254")  # fmt: skip
PLACES = (".bashrc", ".zshrc", ".profile", ".bash_profile", "sitecustomize", "LaunchAgents", "autostart", "/etc/cron", "authorized_keys", ".pth",
          "systemd", "CurrentVersion", "Startup", "usercustomize", ".zshenv", "ld.so.preload")  # fmt: skip


def of_interest(source: str) -> bool:
    """Whether a call in it could end a flow."""
    if not source.isascii() and re.search(r"[^\x00-\x7f]\w*\s*\(", source) and _matches(_folded(source)):
        return True
    if any(word in source for word in WORDS):
        return True
    if _matches(source):
        return True
    if any(word in source for word in SENDING) and (any(w in source for w in SECRET_WORDS) or SECRET.search(source)):
        return True
    return any(word in source for word in PLACES) and ("open(" in source or "write_" in source or "shutil" in source)


def _matches(source: str) -> bool:
    for pattern in PATTERNS:
        for match in pattern.finditer(source):
            before = source[match.start() - 1 : match.start()]
            if not (before.isalnum() or before in ("_", ".")) or before == "":
                return True
    return False


def _folded(source: str) -> str:
    return unicodedata.normalize("NFKC", source)
