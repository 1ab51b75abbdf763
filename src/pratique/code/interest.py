"""Whether the text of a source could hold the end of a flow: a search that costs little, before anything is parsed.

These searches say what is asked for; `prefilter` gives the same answers for one pass over the bytes.
"""

from __future__ import annotations

import re
import unicodedata

# Found in the text of whatever executes, starts or hides something. Plain searches first: they cost nothing.
WORDS = (
    *(
        "subprocess",
        ".system(",
        "popen",
        "pty.",
        "os.spawn",
        "os.exec",
        "create_subprocess",
        ".spawn",
        "set_executable",
    ),
    *("__import__", "runpy", "spec_from_file_location", "SourceFileLoader", "ClassLoader"),
    *("marshal", "ctypes", "FunctionType", "CodeType", "b64decode"),
    *(
        "pyperclip",
        "clipboard",
        "pynput",
        "builtins",
        "__subclasses__",
        "__globals__",
        "attrgetter",
        "dup2",
        "rmtree",
        "os._exit",
        "os.abort",
        "os.kill",
        "urlretrieve",
        "pyarmor",
        "WriteProcessMemory",
        "ImageGrab",
        "screenshot",
    ),
)
# What looks names up while it runs, or puts texts together; and what it may do with them. A source that has both is worth running.
DYNAMIC = (
    *(
        "f_builtins",
        "__subclasses__",
        "get_objects",
        "maketrans",
        "sys.modules[",
        "fromhex",
        "attrgetter",
        "methodcaller",
    ),
    *(
        "run_path",
        "runsource",
        "dlopen",
        "chr(",
        "chr,",
        ".decrypt(",
        "b64decode",
        "b85decode",
        "a85decode",
        "b32decode",
    ),
    *(
        "unhexlify",
        "marshal",
        "from_bytes",
        "globals()[",
        "globals().get",
        "vars(",
        "__builtins__",
        "CDLL(None",
        "[::-1]",
    ),
    *(
        "spec_from_loader",
        "meta_path",
        "excepthook",
        "settrace",
        "addaudithook",
        "Session.send",
        "Session.request",
        "__import__(",
    ),
)
EXECUTING = (
    *(
        "exec(",
        "exec,",
        "exec)",
        "eval(",
        "eval,",
        ".system",
        "popen",
        "Popen",
        "subprocess",
        "spawn",
        "execv",
        "getattr(os",
    ),
    *("urlopen", "requests.", "socket", "smtplib", "ftplib", "HTTPSConnection", "runsource", "run_path", "builtins"),
)
# Each begins with a literal, which `re` finds as fast as a plain search.
BUILTINS = (re.compile(r"exec\s*[(,)\]}\n]"), re.compile(r"eval\s*[(,)\]}\n]"))
HIDDEN = (
    re.compile(r"from\s+(?:os|posix|nt)\s+import"),
    re.compile(r"import\s+(?:os|builtins|importlib|sys|socket|posix)\s+as\s"),
    re.compile(r"getattr\(\s*(?:os|sys|builtins|importlib|socket|posix)\s*,\s*(?![\"']\w+[\"']\s*[,)])"),
    re.compile(r"import_module\(\s*[\"'][^\"'\n]*[\"']\s*[+.\[]"),
    re.compile(r"vars\(\s*os"),
    re.compile(r"os\.__dict__"),
    re.compile(r"sys\.modules\[[\"'](?:os|sub)"),
)
SENDING = (
    *("socket", "urlopen", "requests", "httpx", "urllib", "aiohttp"),
    *("http.client", "smtplib", "ftplib", "dns.resolver", "xmlrpc"),
)
SECRET = re.compile(
    r"environ(?!\s*(?:\.get\b|\[|\.pop|\.setdefault|\.update|\w|\.copy\(\)\s*\n))"
    r"|from os import(?:(?!from os import)[^\n])*environ"  # the last import of a line, so that a long line is read once
    r"|keyring|browser_cookie"
)
CREDENTIALS = (
    *(".ssh", "id_rsa", ".aws", ".netrc", ".kube", ".pypirc", ".npmrc", ".gnupg", ".docker", "/etc/passwd"),
    *("Login Data", "leveldb", "Cookies", ".bitcoin", "169.254"),
)
IDENTITY = ("gethostname", "getuser", "getlogin", "platform.", "uname(", "getnode")
SECRET_WORDS = (
    *CREDENTIALS,
    *IDENTITY,
    "Authorization",
    "Cookie",
    ".env",
    "Keychains",
    "credentials",
    "wallet",
    "TOKEN",
    "SECRET",
    "ACCESS_KEY",
    *("private_key", "privateKey", "privkey", "pkey", "mnemonic", "seed_phrase", "user_ns", "Extension Settings"),
    *("password", "passwd", "passphrase", "getpass("),
)
PLACES = (
    *(".bashrc", ".zshrc", ".zshenv", ".profile", ".bash_profile", "sitecustomize", "usercustomize", ".pth"),
    *("LaunchAgents", "autostart", "/etc/cron", "authorized_keys", "systemd", "CurrentVersion", "Startup"),
    "ld.so.preload",
)
WRITING = ("open(", "write_", "shutil")
# A name that is called and has a character outside of ASCII among its last ones; not longer, so that long words are read once.
FOLDED_CALL = re.compile(r"[^\x00-\x7f\s]\w{0,31}\s*\(")


def of_interest(source: str) -> bool:
    """Whether a call in it could end a flow."""
    if any(word in source for word in WORDS) or names_a_builtin(source) or hides(source) or folds(source):
        return True
    if sends(source) and (any(word in source for word in SECRET_WORDS) or SECRET.search(source)):
        return True
    return any(word in source for word in PLACES) and any(word in source for word in WRITING)


def sends(source: str) -> bool:
    """Whether it names something that sends."""
    return any(word in source for word in SENDING)


def holds_secrets(source: str) -> bool:
    """Whether it reads the whole environment or names a file of credentials: another module may send them."""
    return SECRET.search(source) is not None or any(word in source for word in CREDENTIALS)


def folds(source: str) -> bool:
    """Whether it calls something dangerous by a name that the compiler reads otherwise than it is written (NFKC, PEP 3131)."""
    if source.isascii() or not FOLDED_CALL.search(source):
        return False
    folded = unicodedata.normalize("NFKC", source)
    return names_a_builtin(folded) or hides(folded)


def names_a_builtin(source: str) -> bool:
    """`exec` and `eval`, but not `model.eval()` or `literal_eval(`."""
    for pattern in BUILTINS:
        for match in pattern.finditer(source):
            before = source[match.start() - 1 : match.start()]
            if not (before.isalnum() or before in ("_", ".")) or before == "":
                return True
    return False


def hides(source: str) -> bool:
    """Whether it gives a module that starts or executes another name, or takes something of one by a computed name."""
    return any(pattern.search(source) for pattern in HIDDEN)
