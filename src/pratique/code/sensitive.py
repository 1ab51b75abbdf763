"""What flows are made of: names that read from outside, decode, read secrets, and names that execute, send or write.

Names are the canonical ones of `code.names`. Paths are those that the programs' own documentation gives (OpenSSH `ssh(1)`
FILES, AWS CLI "Configuration and credential file settings", Docker, kubectl, npm, pip and twine, cron, launchd, systemd).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pratique.code.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

EXECUTE = frozenset(
    {
        *("builtins.exec", "builtins.eval", "types.FunctionType", "types.CodeType", "runpy.run_path"),
        *("runpy._run_code", "builtins.execfile", "code.InteractiveInterpreter().runsource"),
        *("code.InteractiveInterpreter().runcode", "code.InteractiveConsole().push"),
        *("code.InteractiveConsole().runsource", "code.InteractiveConsole().runcode"),
        *("importlib.util.spec_from_file_location", "importlib.machinery.SourceFileLoader", "imp.load_source"),
        *("ctypes.CDLL", "ctypes.cdll.LoadLibrary", "ctypes.PyDLL", "ctypes.WinDLL", "ctypes.CFUNCTYPE()"),
        *(
            "torch.ops.load_library",
            "timeit.timeit",
            "timeit.repeat",
            "timeit.Timer",
            "cProfile.run",
            "cProfile.runctx",
            "profile.run",
        ),
        *(
            "bdb.Bdb().run",
            "bdb.Bdb().runeval",
            "pdb.run",
            "pdb.runeval",
            "trace.Trace().run",
            "cProfile.Profile().run",
            "doctest.Example",
        ),
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
    r"|asyncio\.(?:subprocess\.)?create_subprocess_(?:exec|shell)|asyncio\.get_(?:running_|event_)?loop\(\)\.subprocess_(?:exec|shell)|pty\.spawn"
    r"|(?:ctypes|cffi)\.[\w.()]*\.(?:system|_wsystem|popen|execl[pe]?|execv[pe]?|WinExec|ShellExecute[AW]|CreateProcess[AW])"
    r"|(?:setuptools|distutils)\.[\w.()]*\.spawn|webbrowser\.(?:GenericBrowser|BackgroundBrowser)|multiprocessing\.util\.spawnv_passfds|multiprocessing\.(?:[\w.()]+\.)?set_executable|distutils\.spawn\.spawn|invoke\.run|fabric\.\w+\(\)\.(?:run|local)"
    r"|_posixsubprocess\.fork_exec|_winapi\.CreateProcess|sh\.(?:bash|sh|curl|wget)|plumbum\.local\(\)|commands\.getoutput|pexpect\.(?:spawn|run)"
)
_FETCH = re.compile(
    r"(?:urllib\.request\.|urllib2\.|urllib\.)(?:urlopen|build_opener\(\)\.open)"
    r"|(?:requests|httpx)\.(?:(?:Session|session|Client|AsyncClient)\(\)\.)?(?:get|post|put|request|stream)"
    r"|requests\.sessions\.Session\(\)\.(?:get|post|request)|urllib3\.(?:PoolManager\(\)\.)?(?:request|urlopen)"
    r"|http\.client\.HTTPS?Connection\(\)\.getresponse|aiohttp\.ClientSession\(\)\.(?:get|post|request)|aiohttp\.request"
    r"|(?:socket|ssl)\.[\w.()]*\(\)\.(?:recv|recvfrom|recv_into|makefile)|asyncio\.open_connection\(\)[\w.()\[\]]*\.read\w*|websockets?\.[\w.()]*\(\)\.recv|ftplib\.FTP(?:_TLS)?\(\)\.\w+"
    r"|urllib\.robotparser\.RobotFileParser\(\)\.read"
    r"|xmlrpc\.client\.ServerProxy\(\)\.\w+|dns\.resolver\.(?:resolve|query)|telnetlib\.Telnet\(\)\.read\w*"
)
_SEND = re.compile(
    r"(?:urllib\.request\.|urllib2\.|urllib\.)(?:urlopen|Request|build_opener\(\)\.open|urlretrieve)"
    r"|(?:requests|httpx)\.(?:(?:Session|session|Client|AsyncClient)\(\)\.)?(?:get|post|put|patch|request|stream|head)"
    r"|urllib3\.(?:PoolManager\(\)\.)?(?:request|urlopen|request_encode_body)|aiohttp\.(?:ClientSession\(\)\.)?(?:get|post|put|request)"
    r"|http\.client\.HTTPS?Connection\(\)\.(?:request|send|putheader)"
    r"|(?:socket|ssl)\.[\w.()]*\(\)\.(?:send|sendall|sendto|sendmsg|write)|asyncio\.open_connection\(\)[\w.()\[\]]*\.write"
    r"|[\w.]+\(\)(?:\.eth)?\.send_(?:raw_)?transaction|[\w.()]+\.sendTransaction"
    r"|websockets?\.[\w.()]*\(\)\.send\w*|paho\.mqtt\.[\w.()]*publish|(?:boto3|botocore)\.[\w.()]*\(\)\.(?:put_object|upload_fileobj|upload_file|send_message|publish)"
    r"|pycurl\.Curl\(\)\.setopt|paramiko\.[\w.()]*\(\)\.(?:put|putfo)|multiprocessing\.connection\.Client\(\)\.send\w*|telnetlib\.Telnet\(\)\.write"
    r"|(?:telebot|telegram|discord|slack_sdk)\.[\w.()]*\(\)\.(?:send\w*|post\w*|chat_postMessage)"
    r"|socket\.(?:gethostbyname|gethostbyname_ex|getaddrinfo)|dns\.resolver\.(?:resolve|query)"
    r"|urllib\.robotparser\.RobotFileParser\(\)\.read"
    r"|smtplib\.SMTP(?:_SSL)?\(\)\.(?:sendmail|send_message)|ftplib\.FTP(?:_TLS)?\(\)\.stor\w+|xmlrpc\.client\.ServerProxy\(\)\.[\w.]+"
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
        *("quopri.decodestring", "binascii.a2b_qp", "urllib.parse.unquote_to_bytes", "codecs.escape_decode"),
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
    r"|\.kube(?:/config|$)|\.docker(?:/config\.json|$)|(?:^|/)\.npmrc$|(?:^|/)\.pypirc$|\.gnupg(?:/|$)|/etc/(?:passwd|shadow)$|/proc/[^/\s]+/(?:environ|mem)\b|Library/Keychains"
    r"|\.cache/huggingface/(?:stored_)?tokens?$|\.huggingface/token|\.claude(?:\.json|/)|\.cursor/mcp\.json|\.codex/auth\.json|\.gemini/"
    r"|\.config/(?:gh/hosts\.yml|github-copilot|hub|rclone|doctl|anthropic|openai|gcloud|op/)|\.kaggle/kaggle\.json|\.vault-token|\.databrickscfg"
    r"|\.pgpass$|\.my\.cnf$|\.terraform\.d/credentials|\.docker/config|\.m2/settings\.xml|\.gem/credentials|\.cargo/credentials|\.config/pypoetry/auth"
    r"|discord\w*[/\\]Local Storage|Telegram Desktop|\.minecraft/launcher|ssfn[\d*]*|loginusers\.vdf|\.(?:zsh"
    r"|python|mysql|psql)_history$"
    r"|gcloud/(?:credentials|application_default)|\.azure(?:/|$)"
    r"|Login Data$|Local State$|(?:^|/)Cookies$|logins\.json$|key[34]\.db$"
    r"|(?:^|/|\\)\.?(?:mozilla|BraveSoftware|Google[/\\]Chrome)(?:/|\\|$)|Local Storage[/\\]leveldb"
    r"|wallet\.dat|\.(?:bitcoin|ethereum|electrum|config/solana)(?:/|$)"
    r"|Exodus|MetaMask|(?:Local|Sync) Extension Settings|\*?(?:seed|mnemonic)\w*\*?\.txt|nkbihfbeogaeaoehlefnkodbefgpgknn|tdata$"
    r"|\.bash_history$|(?:^|/)\.env(?:\.(?:local|production|prod)|\*)?$|/var/run/secrets/kubernetes|169\.254\.169\.254"
)
# Of these, what no client of a service has a use for: browsers, wallets, sessions, key chains, histories, other processes.
NOBODYS = re.compile(
    r"Login Data|Local State|Cookies|logins\.json|key[34]\.db|mozilla|Brave|Chrome|leveldb|Local Storage"
    r"|Keychains|wallet|Exodus|MetaMask"
    r"|nkbihf|\.(?:bitcoin|ethereum|electrum)|solana|tdata|Telegram|ssfn|loginusers|minecraft|_history|/mem\b"
    r"|/environ\b|/etc/shadow|stored passwords|Extension Settings|seed|mnemonic|of a notebook"
)
SECRET_VARIABLE = re.compile(
    r"(AWS|GITHUB|GH|GITLAB|NPM|PYPI|TWINE|UV_PUBLISH|AZURE|GOOGLE|GCP|DOCKER|KUBE|VAULT|SLACK|STRIPE|HF|HUGGING_?FACE|OPENAI|"
    r"ANTHROPIC|SSH|DATABASE|POSTGRES|MYSQL|CI_JOB|CIRCLE|ACTIONS_RUNTIME|ACTIONS_ID)_?\w*?(?:TOKEN|SECRET|PASSWORD|KEY|CREDENTIALS?|AUTH_SOCK|URL)\w*"
)
_FAMILIES = SECRET_VARIABLE.pattern.partition(")")[0].lstrip("(")
OWN_PREFIX = re.compile(rf"if\s+\w+\.startswith\(\s*[\"'](?!(?:{_FAMILIES}))[A-Z][A-Z0-9_]{{2,}}[\"']\s*\)")
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
    r"|/etc/(?:sudoers|init\.d|systemd|crontab|environment|bash\.bashrc|zsh|xdg/autostart)"
    r"|\.ipython/profile_\w+/startup|\.jupyter/jupyter_\w+_config|(?:^|/)\.git/hooks/|\.git-templates?/|\.vscode(?:-server)?/(?:tasks\.json|settings\.json|extensions)"
    r"|\.cursor/(?:rules|mcp\.json)|\.claude/(?:settings|commands)|\.bash_(?:aliases|logout)$|\.xinitrc$|\.pythonrc|(?:\.config/)?pip/pip\.(?:conf|ini)$|\.pydistutils\.cfg$"
    r"|WindowsPowerShell|Microsoft\.PowerShell_profile|\.config/fish/conf\.d|\bgit/hooks/"
)
# Code of programs that others installed, which runs when their user starts them.
OTHERS_CODE = re.compile(
    r"(?i)discord_desktop_core/|(?:exodus|atomic|ledger live|telegram desktop|signal|slack)\b[^\n]*/app\.asar"
)
SITE_PACKAGES = frozenset({"site.getsitepackages", "site.getusersitepackages", "sysconfig.get_path", "sysconfig.get_paths",
                           "distutils.sysconfig.get_python_lib"})  # fmt: skip
WRITERS = frozenset({"write_text", "write_bytes", "write", "writelines"})
READERS = frozenset({"read_text", "read_bytes", "read", "readlines", "readline", "open"})
OPENERS = frozenset({"wave.open", "tokenize.open", "PIL.Image.open", "pkgutil.get_data", "importlib.resources.files",
                     "importlib.metadata.metadata", "importlib.resources.read_text", "importlib.resources.read_binary",
                     "importlib.resources.open_binary", "numpy.load",
                     "builtins.open", "io.open", "codecs.open", "gzip.open", "lzma.open", "bz2.open", "zipfile.ZipFile", "os.open",
                     "sqlite3.connect", "tarfile.open"})  # fmt: skip
COPIERS = frozenset(
    {
        "shutil.copytree",
        "shutil.copy",
        "shutil.copyfile",
        "shutil.copy2",
        "shutil.move",
        "os.rename",
        "os.replace",
        "os.symlink",
    }
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
        *("codecs.register", "codecs.CodecInfo", "gc.callbacks.append", "sys.meta_path.append", "sys.meta_path.insert"),
        *("sys.path_hooks.append", "sys.path_hooks.insert", "signal.setitimer", "threading.settrace"),
        *("weakref.finalize", "builtins.sorted", "builtins.max", "builtins.min", "threading.setprofile"),
        *("asyncio.create_task", "os.register_at_fork", "contextvars.Context().run", "multiprocessing.Pool().map"),
        *("builtins.any", "builtins.all", "builtins.list", "builtins.next", "builtins.property"),
    }
)


# Where clouds hand out credentials to machines (AWS, Azure, Google Cloud documentation of instance metadata; ECS task roles).
METADATA_ADDRESS = re.compile(r"169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal|100\.100\.100\.200")
METADATA = "credential:the cloud's metadata service"
_OUTPUTS = (
    (
        re.compile(r"^\s*(?:/usr/bin/)?(?:env|printenv|set|export)\s*(?:$|[|>;&])|\bcat\s+/proc/\w+/environ"),
        "environment",
    ),
    (
        re.compile(
            r"netsh\s+wlan\s+.*key\s*=\s*clear|security\s+find-(?:generic|internet)-password|nmcli\b.*-s\b|cmdkey\s+/list|vaultcmd"
        ),
        "credential:stored passwords",
    ),
    (
        re.compile(
            r"\b(?:aws\s+configure\s+export-credentials|gcloud\s+auth\s+print-(?:access|identity)-token|gh\s+auth\s+token|az\s+account\s+get-access-token|kubectl\s+get\s+secrets?|git\s+credential\s+fill|op\s+read)\b"
        ),
        "credential:tokens of command-line clients",
    ),
    (
        re.compile(
            r"^\s*(?:whoami|hostname|id|uname|ifconfig|ip\s+a|ipconfig|systeminfo|net\s+user|wmic\s+(?:csproduct|bios|os))\b"
        ),
        "identity",
    ),
)
# Commands that send, and what is worth sending, in one line of shell.
_SENDING_COMMAND = re.compile(
    r"\bcurl\b.*(?:\s-(?:d|F|T)|\s--(?:data\S*|form|upload-file)|@)|\bwget\b.*--(?:post-(?:file|data)|body-\w+)|\b(?:nc|ncat|netcat|socat)\s+\S|/dev/tcp/|\bscp\b|\brsync\b.*:|\bsftp\b|\bftp\b"
    r"|openssl\s+s_client|\bnslookup\b|\bdig\b|\bgit\b.*\b(?:add|commit|push)\b|Invoke-(?:WebRequest|RestMethod).*-(?:Body|InFile)|\bsendmail\b|\bmail\s+-s"
)
_SECRET_OUTPUT = re.compile(r"(?:^|[;&|(`]|\$\()\s*(?:env|printenv|set)\s*(?:$|[|;&)`>])|/proc/\w+/environ")


def output_labels(command: str) -> list[str]:
    """What the output of a command tells: the environment, stored passwords, credentials, who the user is, what a peer sent."""
    found = [label for pattern, label in _OUTPUTS if pattern.search(command)]
    if _FETCHING_COMMAND.search(command) and not DOWNLOAD_TO.search(command):
        found += ["network", "url"]
    match = CREDENTIAL_PATH.search(command) or re.search(r"\.ssh\b|\bid_(?:rsa|ed25519)\b", command)
    reads = re.search(r"\b(?:cat|type|less|head|tail|base64|tar|zip|Get-Content|gc|xxd|strings|find)\b", command)
    return [*found, f"credential:{match[0]}"] if match and reads else found


# What miners of cryptocurrencies are started with (stratum protocol; options of xmrig and cpuminer).
MINER = re.compile(
    r"stratum\d?\+(?:tcp|ssl)|--donate-level|\bxmrig\b|\b(?:cpuminer|minerd|nanominer|nbminer)\b|--(?:rig-id|randomx-\w+)|monero(?:hash|ocean)"
)
# A command that prints what a peer sent.
_FETCHING_COMMAND = re.compile(
    r"^\s*(?:\S*[/\\])?(?:curl|wget)(?:\.exe)?\s.*?https?://|\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\b.*https?://"
)
# A command that writes what it downloads to a path, and the path.
DOWNLOAD_TO = re.compile(r"\b(?:wget|curl)\b[^|;&]*?\s(?:-O|-o|--output(?:-document)?)[=\s]*([^\s;|&>]+)")


def selects(comprehension: Node) -> bool:
    """Whether a comprehension keeps only what has a prefix of its own in its name, and none of a secret's."""
    clauses = [text_of(child) for child in comprehension.named_children if child.type == "if_clause"]
    return any(OWN_PREFIX.fullmatch(clause) for clause in clauses)


def sends_by_command(command: str) -> bool:
    """Whether a line of shell sends something to another host."""
    return _SENDING_COMMAND.search(command) is not None


def leaks(command: str) -> bool:
    """Whether one line of shell sends the environment or files of credentials away."""
    if not sends_by_command(command):
        return False
    if re.match(r"\s*git\b.*\b(?:add|commit|push)\b", command) and CREDENTIAL_PATH.search(command.replace(" ", "/")):
        return True
    return _SECRET_OUTPUT.search(command) is not None or any(
        CREDENTIAL_PATH.search(word.strip("'\"@=")) for word in re.split(r"[\s=@]+", command[:4096])
    )


def source_label(name: str) -> str | None:
    """The label of what a call outside tells: who the user is, what is on the screen, who called, a key ring."""
    if name in IDENTITY:
        return "identity"
    if name in KEYRING:
        return f"credential:{name}"
    if name in CALLERS:
        return "caller"
    if name == "getpass.getpass":
        return "secret:typed password"
    return "capture" if CAPTURES.fullmatch(name) else None


def parameter_label(name: str) -> str | None:
    """The label of what a function is given by its name: a private key, a password."""
    if PRIVATE_KEY.fullmatch(name):
        return "private-key"
    return f"secret:{name}" if PASSWORD.fullmatch(name) else None


def header_label(name: object) -> str | None:
    """The label of an entry of a mapping, if its name is that of a header that carries a secret."""
    return f"header:{name}" if isinstance(name, str) and SECRET_HEADER.fullmatch(name) is not None else None


def variable_label(name: object) -> str | None:
    """The label of a variable of the environment, if its name is that of a secret."""
    return f"variable:{name}" if isinstance(name, str) and SECRET_VARIABLE.match(name) is not None else None


def address_labels(text: str) -> list[str]:
    """What an address in a text says of who receives: an anonymous mailbox, a bare number."""
    found = ["drop"] if DROP.search(text) else []
    return [*found, "numeric"] if PUBLIC_ADDRESS.search(text) else found


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
# What shows what the user sees or says.
CAPTURES = re.compile(
    r"pyautogui\.screenshot|pyscreenshot\.grab|PIL\.ImageGrab\.grab|ImageGrab\.grab|mss\.(?:mss|MSS)\(\)\.(?:grab|shot|save)"
    r"|cv2\.VideoCapture\(\)\.read|sounddevice\.(?:rec|InputStream)|pyaudio\.PyAudio\(\)\.open\(\)\.read|picamera.*\.capture"
)
# What leads to the program that imported the package.
CALLERS = frozenset(
    {"inspect.stack", "inspect.currentframe", "inspect.getouterframes", "traceback.extract_stack", "sys._getframe"}
)
CALLER = "credential:the caller's source"
# What the user of a notebook has named so far (IPython, `InteractiveShell.user_ns`).
NOTEBOOK, NOTEBOOK_NAMES = "credential:variables of a notebook", "user_ns"
# Parameters for what signs or logs in by itself; no service asks for it, it is used where it is.
PRIVATE_KEY = re.compile(
    r"(?i)_*(?:\w*_)?(?:priv(?:ate)?_?key|privkey|pkey|mnemonic|seed_?phrase)(?:_?(?:file|path|bytes|hex|pem))?"
)
PASSWORD = re.compile(r"(?i)_*(?:\w+_)?(?:password|passwd|passphrase|passcode)\d?|pwd")
# What they return was signed or encrypted with a key, and does not tell it (JSON Web Tokens).
SIGNERS = re.compile(r"(?:jwt|python_jwt|jose|authlib|josepy|jwcrypto)\.")
# Clients to which a peer sends what it wants, by their modules: they call what they are handed with it.
PEERS = re.compile(
    r"(?:paho|websockets?|socketio|pika|aio_pika|stomp|nats|discord|nextcord|telebot|telegram|pyrogram|telethon|irc|slack_bolt|slixmpp"
    r"|pusherclient|pysher|pubnub|nio)\..*\(\)"
)
# Headers in which programs send their secrets to the services that they talk to.
SECRET_HEADER = re.compile(r"(?:proxy-)?authorization|cookie|x-api-key|x-auth-token", re.IGNORECASE)
# What a web framework hands to a route from whoever asks.
WEB_REQUEST = re.compile(r"(?:flask|quart|bottle|sanic)\.request(?:\.\w+)?|fastapi\.Request(?:\(\))?(?:\.\w+)?")
# Where anybody can receive or serve anything without a name of his own.
ANONYMOUS = re.compile(
    r"(?:^|\.)(?:pastebin\.com|paste\.ee|rentry\.co|transfer\.sh|ngrok\.io|ngrok-free\.app|trycloudflare\.com|oast\.\w+|oastify\.com"
    r"|burpcollaborator\.net|requestbin\.\w+|webhook\.site|pipedream\.net|interact\.sh|file\.io|anonfiles\.com|ipfs\.io"
    r"|api\.telegram\.org|discordapp?\.com|onion)$"
)
# An address that is a mailbox with its key: whoever holds the text can write, and nobody knows who reads.
DROP = re.compile(
    r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/[^/\s{}%\"'<]+/[^\s{}%\"'<]+|/bot(?!\{|%|<)[^/\s{}%\"'<]{5,}/send[A-Z]\w+|hooks\.slack\.com/services/T[^\s{}%\"'<]+"
    r"|webhook\.site/[0-9a-fA-F-]{8,}|://[^/\s\"']*\.(?:oast\.\w+|oastify\.com|burpcollaborator\.net|interact\.sh|pipedream\.net|ngrok\.io|ngrok-free\.app|trycloudflare\.com)(?:/|$|:)"
    r"|(?:\w+\.)?gofile\.io/(?:uploadFile|contents/upload)|://(?:transfer\.sh|0x0\.st|temp\.sh|bashupload\.com)(?:/|$)|catbox\.moe/\S*api\.php"
    r"|api\.anonfiles?\.com/upload|pixeldrain\.com/api/file"
    r"|://[a-z2-7]{16,56}\.onion\b|discord(?:app)?\.com/api/(?:v\d+/)?channels/\d{15,}/messages"
)
PUBLIC_ADDRESS = re.compile(
    r"(?<![\d.])(?!127\.|0\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|2(?:2[4-9]|[345]\d)\.)(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])){3}(?![\d.])"
)
# They build objects of what they read, and run what it says on the way.
DESERIALIZERS = frozenset(
    {
        *(
            "pickle.loads",
            "pickle.load",
            "pickle.Unpickler",
            "_pickle.loads",
            "cPickle.loads",
            "dill.loads",
            "dill.load",
        ),
        *("cloudpickle.loads", "cloudpickle.load", "marshal.loads", "jsonpickle.decode", "yaml.unsafe_load"),
    }
)
PIP_INSTALL = re.compile(
    r"\bpip3?(?:\.exe)?\b.{0,120}?\binstall\b|\buv\b.{0,40}\bpip\b.{0,40}\binstall\b|easy_install\b", re.DOTALL
)
# Hosts of wheels that everybody installs from: the same as in `pins/mixed-indexes`, and repositories of sources.
_WHEELS = (
    r"(?!pypi\.org|files\.pythonhosted\.org|test\.pypi\.org|download\.pytorch\.org|pypi\.nvidia\.com|pypi\.ngc\.nvidia\.com|data\.pyg\.org"
    r"|wheels\.vllm\.ai|storage\.googleapis\.com/(?:jax-releases|libtpu|tpu-pytorch|pytorch-xla)|flashinfer\.ai|conda\.anaconda\.org"
    r"|github\.com|gitlab\.com|huggingface\.co)"
)
OTHER_INDEX = re.compile(
    rf"(?:--?(?:extra-)?index(?:-url)?|-i|--find-links|-f)[=\s]+\S*://{_WHEELS}|\binstall\b.*\s(?:git\+)?https?://{_WHEELS}",
    re.DOTALL,
)
# Loggers that write to another host (logging.handlers).
REMOTE_HANDLER = re.compile(r"\b(?:HTTPHandler|SysLogHandler|SMTPHandler|SocketHandler|DatagramHandler)\b")
LOGGING = re.compile(r"logging\.(?:getLogger\(\)\.)?(?:debug|info|warning|warn|error|critical|exception|log)")
PIP_MAIN = re.compile(r"pip(?:\._internal)?(?:\.cli\.main)?\.main|pip\._internal\.main")
# Requests that a server of the package is asked, by their attributes.
SERVED = re.compile(r"(?:socketserver|http\.server)\.\w+\(\)\.(?:rfile|request|path|headers)")
# Programs that watch keys; what they hear is sent by the same module or not at all.
KEY_WATCHERS = re.compile(
    r"pynput\.keyboard\.Listener|keyboard\.(?:on_press|on_release|hook|record)|pyWinhook\.HookManager"
)
# Memory that is written and then run (Win32 API): of another process or as a thread, or only allocated.
_KERNEL = r"ctypes\.(?:windll|WinDLL\(\)|oledll|cdll|CDLL\(\)).*\."
INJECTION = re.compile(
    _KERNEL
    + r"(?:WriteProcessMemory|CreateRemoteThread(?:Ex)?|NtCreateThreadEx|QueueUserAPC|RtlCreateUserThread|VirtualAllocEx)"
)
ALLOCATION = re.compile(_KERNEL + r"(?:VirtualAlloc|VirtualProtect|HeapCreate)")
THREAD = re.compile(_KERNEL + r"(?:CreateThread|EnumWindows|EnumChildWindows|EnumSystemLocalesA|CreateFiber)")
MEMORY_COPY = re.compile(r"ctypes\.memmove|" + _KERNEL + r"(?:RtlMoveMemory|RtlCopyMemory|memcpy)")
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
