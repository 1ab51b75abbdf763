"""What flows are made of: names that read from outside, decode, read secrets, and names that execute, send or write.

Names are the canonical ones of `code.names`. Paths are those that the programs' own documentation gives (OpenSSH `ssh(1)`
FILES, AWS CLI "Configuration and credential file settings", Docker, kubectl, npm, pip and twine, cron, launchd, systemd).
"""

from __future__ import annotations

import re
from functools import lru_cache

EXECUTE = frozenset(
    {
        *("builtins.exec", "builtins.eval", "types.FunctionType", "types.CodeType", "runpy.run_path"),
        *("runpy._run_code", "builtins.execfile", "code.InteractiveInterpreter().runsource"),
        *("code.InteractiveInterpreter().runcode", "code.InteractiveConsole().push"),
        *("importlib.util.spec_from_file_location", "importlib.machinery.SourceFileLoader", "imp.load_source"),
        *("ctypes.CDLL", "ctypes.cdll.LoadLibrary", "ctypes.PyDLL", "ctypes.WinDLL", "ctypes.CFUNCTYPE()"),
        *("torch.ops.load_library",),
    }
)
# Importing what was decoded or downloaded runs it too, but a name alone is what plugins are made of.
PATH_EXECUTORS = frozenset(
    {"runpy.run_path", "importlib.util.spec_from_file_location", "importlib.machinery.SourceFileLoader", "imp.load_source",
     "ctypes.CDLL", "ctypes.cdll.LoadLibrary", "ctypes.PyDLL", "ctypes.WinDLL", "torch.ops.load_library"}
)  # fmt: skip
_PROCESS = re.compile(
    r"os\.(?:system|popen\d?|startfile|exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?)"
    r"|subprocess\.(?:run|call|Popen|check_call|check_output|getoutput|getstatusoutput)"
    r"|asyncio\.(?:subprocess\.)?create_subprocess_(?:exec|shell)|pty\.spawn|commands\.getoutput|pexpect\.(?:spawn|run)"
)
_FETCH = re.compile(
    r"(?:urllib\.request\.|urllib2\.|urllib\.)(?:urlopen|build_opener\(\)\.open)"
    r"|(?:requests|httpx)\.(?:(?:Session|session|Client|AsyncClient)\(\)\.)?(?:get|post|put|request|stream)"
    r"|requests\.sessions\.Session\(\)\.(?:get|post|request)|urllib3\.(?:PoolManager\(\)\.)?(?:request|urlopen)"
    r"|http\.client\.HTTPS?Connection\(\)\.getresponse|aiohttp\.ClientSession\(\)\.(?:get|post|request)|aiohttp\.request"
    r"|socket\.(?:socket|create_connection)\(\)\.(?:recv|recvfrom|makefile)|ftplib\.FTP(?:_TLS)?\(\)\.\w+"
    r"|xmlrpc\.client\.ServerProxy\(\)\.\w+|dns\.resolver\.(?:resolve|query)|telnetlib\.Telnet\(\)\.read\w*"
)
_SEND = re.compile(
    r"(?:urllib\.request\.|urllib2\.|urllib\.)(?:urlopen|Request|build_opener\(\)\.open|urlretrieve)"
    r"|(?:requests|httpx)\.(?:(?:Session|session|Client|AsyncClient)\(\)\.)?(?:get|post|put|patch|request|stream|head)"
    r"|urllib3\.(?:PoolManager\(\)\.)?(?:request|urlopen|request_encode_body)|aiohttp\.(?:ClientSession\(\)\.)?(?:get|post|put|request)"
    r"|http\.client\.HTTPS?Connection\(\)\.(?:request|send|putheader)"
    r"|socket\.(?:socket|create_connection)\(\)\.(?:send|sendall|sendto|sendmsg)"
    r"|socket\.(?:gethostbyname|gethostbyname_ex|getaddrinfo)|dns\.resolver\.(?:resolve|query)"
    r"|smtplib\.SMTP(?:_SSL)?\(\)\.(?:sendmail|send_message)|ftplib\.FTP(?:_TLS)?\(\)\.stor\w+|xmlrpc\.client\.ServerProxy\(\)\.\w+"
)
# Callee to the position and keyword of the path that they write what they fetched to.
FETCH_TO_FILE = {
    "urllib.request.urlretrieve": (1, "filename"), "urllib.urlretrieve": (1, "filename"), "wget.download": (1, "out"),
    "torch.hub.download_url_to_file": (1, "dst"), "gdown.download": (1, "output"),
}  # fmt: skip
DECODERS = frozenset(
    {
        *("base64.b64decode", "base64.standard_b64decode", "base64.urlsafe_b64decode", "base64.b32decode"),
        *("base64.b16decode", "base64.b85decode", "base64.a85decode", "base64.decodebytes", "binascii.unhexlify"),
        *("binascii.a2b_hex", "binascii.a2b_base64", "zlib.decompress", "gzip.decompress", "bz2.decompress"),
        *("lzma.decompress", "lzma.open", "gzip.open", "bz2.open", "marshal.loads", "marshal.load", "codecs.decode"),
        *("builtins.bytes.fromhex", "builtins.bytearray.fromhex", "zlib.decompressobj().decompress"),
        *("cryptography.fernet.Fernet().decrypt", "Crypto.Cipher.AES.new().decrypt"),
    }
)
UNMARSHALLERS = frozenset(
    {"marshal.loads", "marshal.load"}
)  # of caches of bytecode too; `unmarshalled` alone hides nothing
WHOLE_ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.environ.copy", "os.environ.items", "os.environ.values"})
KEYRING = frozenset({"keyring.get_password", "keyring.get_credential", "browser_cookie3.load", "browser_cookie3.chrome",
                     "win32crypt.CryptUnprotectData", "pyperclip.paste"})  # fmt: skip
CREDENTIAL_PATH = re.compile(
    r"\.ssh(?:/|\\|$)|(?:^|[/\\~])id_(?:rsa|ed25519|ecdsa|dsa)$|\.aws(?:/|\\|$)|(?:^|/)\.netrc$"
    r"|\.git-credentials|(?:^|/)\.gitconfig$"
    r"|\.kube(?:/config|$)|\.docker(?:/config\.json|$)|(?:^|/)\.npmrc$|(?:^|/)\.pypirc$|\.gnupg(?:/|$)|/etc/(?:passwd|shadow)$"
    r"|gcloud/(?:credentials|application_default)|\.azure(?:/|$)"
    r"|Login Data$|Local State$|(?:^|/)Cookies$|logins\.json$|key[34]\.db$"
    r"|(?:^|/|\\)\.?(?:mozilla|BraveSoftware|Google[/\\]Chrome)(?:/|\\|$)|Local Storage[/\\]leveldb"
    r"|wallet\.dat|\.(?:bitcoin|ethereum|electrum|config/solana)(?:/|$)"
    r"|Exodus|MetaMask|nkbihfbeogaeaoehlefnkodbefgpgknn|tdata$|\.bash_history$|/var/run/secrets/kubernetes|169\.254\.169\.254"
)
SECRET_VARIABLE = re.compile(
    r"(AWS|GITHUB|GH|GITLAB|NPM|PYPI|TWINE|UV_PUBLISH|AZURE|GOOGLE|GCP|DOCKER|KUBE|VAULT|SLACK|STRIPE|HF|HUGGING_?FACE|OPENAI|"
    r"ANTHROPIC|SSH|DATABASE|POSTGRES|MYSQL|CI_JOB|CIRCLE|ACTIONS_RUNTIME|ACTIONS_ID)_?\w*?(?:TOKEN|SECRET|PASSWORD|KEY|CREDENTIALS?|AUTH_SOCK|URL)\w*"
)
PUBLISHING_VARIABLE = re.compile(
    r"(?:PYPI|TWINE|UV_PUBLISH|NPM|NODE_AUTH|POETRY_PYPI|FLIT|HATCH_INDEX|CARGO_REGISTRY|GEM_HOST|ACTIONS_ID_TOKEN|ACTIONS_RUNTIME)_?\w*"
    r"(?:TOKEN|PASSWORD|AUTH|KEY|URL)?"
)
PUBLISHING_COMMAND = re.compile(
    r"\b(?:twine upload|npm publish|uv publish|poetry publish|flit publish|cargo publish|hatch publish|gem push)\b"
)
STARTUP_PATH = re.compile(
    r"\.(?:bashrc|bash_profile|bash_login|zshrc|zprofile|zshenv)$|(?:^|/|~/)\.profile$|config\.fish$|/etc/(?:profile|cron|rc\.local|ld\.so\.preload)"
    r"|LaunchAgents|LaunchDaemons|\.config/autostart|systemd/(?:user|system)(?:/|$)"
    r"|Start Menu.Programs.Startup|CurrentVersion.Run|authorized_keys$|/var/spool/cron"
)
SITE_PACKAGES = frozenset({"site.getsitepackages", "site.getusersitepackages", "sysconfig.get_path", "sysconfig.get_paths",
                           "distutils.sysconfig.get_python_lib"})  # fmt: skip
WRITERS = frozenset({"write_text", "write_bytes", "write", "writelines"})
READERS = frozenset({"read_text", "read_bytes", "read", "readlines", "readline", "open"})
OPENERS = frozenset({"builtins.open", "io.open", "codecs.open", "gzip.open", "lzma.open", "bz2.open", "zipfile.ZipFile", "os.open",
                     "sqlite3.connect", "tarfile.open"})  # fmt: skip
COPIERS = frozenset(
    {"shutil.copy", "shutil.copyfile", "shutil.copy2", "shutil.move", "os.rename", "os.replace", "os.symlink"}
)
DESTROYERS = frozenset({"shutil.rmtree", "os.remove", "os.unlink", "os.removedirs"})
DESTRUCTIVE_TARGET = re.compile(r"^(?:/|~|~/|/home/?|/etc/?|/usr/?|/var/?|[A-Z]:[/\\]?|/\*|~/\*)$")
DESTRUCTIVE_COMMAND = re.compile(
    r"\brm\s+-[a-zA-Z]*[rR][a-zA-Z]*\s+(?:-\S+\s+)*(?:/|~|\$HOME|/home|/\*|/etc|/usr)(?:\s|$|;|\*|/\*)|\bmkfs\.\w+\s|\bdd\s.*of=/dev/[sh]d|"
    r":\(\)\s*\{\s*:\|:&\s*\};:|\bdel\s+/[sfq].*[A-Z]:\\|\bformat\s+[A-Z]:"
)
REGISTER = frozenset(
    {
        *("threading.Thread", "threading.Timer", "multiprocessing.Process", "atexit.register", "builtins.map"),
        *("builtins.filter", "signal.signal", "_thread.start_new_thread"),
        *("concurrent.futures.ThreadPoolExecutor().submit", "concurrent.futures.ProcessPoolExecutor().submit"),
        *("asyncio.run", "sys.settrace", "sys.setprofile", "sys.addaudithook", "functools.reduce"),
        *("weakref.finalize", "builtins.sorted", "builtins.max", "builtins.min", "threading.setprofile"),
        *("asyncio.create_task", "os.register_at_fork", "contextvars.Context().run", "multiprocessing.Pool().map"),
        *("builtins.any", "builtins.all", "builtins.list", "builtins.next", "builtins.property"),
    }
)


@lru_cache(maxsize=4096)
def is_process(name: str) -> bool:
    """Starts a process."""
    return _PROCESS.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def is_fetch(name: str) -> bool:
    """Returns what a network peer sent."""
    return _FETCH.fullmatch(name) is not None


# What tells one machine and its user from others.
IDENTITY = frozenset(
    {
        *(
            "socket.gethostname",
            "socket.getfqdn",
            "getpass.getuser",
            "os.getlogin",
            "platform.node",
            "platform.uname",
            "os.uname",
        ),
        *("uuid.getnode", "pwd.getpwuid", "os.getcwd", "platform.platform"),
    }
)
# Programs that watch keys; what they hear is sent by the same module or not at all.
KEY_WATCHERS = re.compile(
    r"pynput\.keyboard\.Listener|keyboard\.(?:on_press|on_release|hook|record)|pyWinhook\.HookManager"
)
# Memory that is written and then run (Win32 API).
INJECTION = re.compile(
    r"ctypes\.(?:windll|WinDLL\(\)|oledll|cdll|CDLL\(\)).*\.(?:VirtualAlloc(?:Ex)?|WriteProcessMemory|CreateRemoteThread(?:Ex)?"
    r"|NtCreateThreadEx|QueueUserAPC|RtlCreateUserThread)"
)
CLIPBOARD = frozenset(
    {"pyperclip.copy", "win32clipboard.SetClipboardText", "win32clipboard.SetClipboardData", "clipboard.copy"}
)
# Addresses of Bitcoin (BIP 173, base58), Ethereum (EIP-55), Monero and Tron.
WALLET = re.compile(
    r"^(?:bc1[a-z0-9]{25,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}|4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}|T[1-9A-HJ-NP-Za-km-z]{33})$"
)
# Secrets that open infrastructure, and what stands in the names of the hosts that they are meant for.
INFRASTRUCTURE = {
    "AWS": "aws", "GITHUB": "github", "GH": "github", "GITLAB": "gitlab", "NPM": "npm", "PYPI": "pypi", "TWINE": "pypi",
    "AZURE": "azure", "GCP": "google", "GOOGLE": "google", "DOCKER": "docker", "VAULT": "vault", "SSH": "ssh", "DATABASE": "db",
}  # fmt: skip


def takes_url(name: str) -> bool:
    """Whether a fetch is given its address in the call: HTTP, not a socket that was connected before."""
    return re.match(r"urllib|requests|httpx|aiohttp|wget", name) is not None


@lru_cache(maxsize=4096)
def is_send(name: str) -> bool:
    """Sends its arguments to a network peer (or, as a name that is looked up, to a name server)."""
    return _SEND.fullmatch(name) is not None
