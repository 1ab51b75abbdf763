"""What the standard library's functions do with the machine's values: those that build, decode, import, look up and hand on.

Everything else is `unknown_call`: its result carries the labels of what it was given, changed as `code.flow` changes them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from pratique.code import decoding, sensitive
from pratique.code.flow import PASSING, Taint, has_address
from pratique.code.machine import builtin_models as builtin
from pratique.code.machine import system_models as system
from pratique.code.machine.methods import content, of_open_file
from pratique.code.machine.semantics import without_environment
from pratique.code.machine.values import (
    External,
    Frame,
    Known,
    Listing,
    Unknown,
    Value,
    deep_taint,
    text_hint,
    union,
    with_labels,
)
from pratique.code.names import IMPORTERS

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.semantics import Semantics

Arguments = list[Value]
Keywords = dict[str, Value]
Model = Callable[["Semantics", Arguments, Keywords, "Node", Frame], "Value | None"]
# An account whose password stands in the source is a mailbox for whoever wrote it.
LOGINS = frozenset({"smtplib.SMTP().login", "smtplib.SMTP_SSL().login", "ftplib.FTP().login", "ftplib.FTP_TLS().login"})
MAX_RANGE = 100_000
MAX_CYCLED = 65_536
TEMPORARY = "/tmp"  # noqa: S108 - names a folder of the scanned program
SITE = "/usr/lib/python3/site-packages"


FUNCTIONS: dict[str, Model] = {
    **dict.fromkeys(IMPORTERS, system.call_import),
    "builtins.getattr": builtin.call_getattr,
    "builtins.setattr": builtin.call_setattr,
    "builtins.vars": builtin.call_vars,
    "builtins.globals": builtin.call_globals,
    "builtins.locals": builtin.call_vars,
    "builtins.dir": builtin.call_dir,
    "builtins.staticmethod": builtin.call_wrapper("staticmethod"),
    "builtins.classmethod": builtin.call_wrapper("classmethod"),
    "builtins.property": builtin.call_wrapper("property"),
    "builtins.super": builtin.call_super,
    "builtins.type": builtin.call_type,
    "builtins.isinstance": builtin.call_isinstance,
    "builtins.chr": builtin.call_chr,
    "builtins.bytes": builtin.call_bytes,
    "builtins.bytearray": builtin.call_bytearray,
    "builtins.str": builtin.call_str,
    "builtins.repr": builtin.call_str,
    "builtins.list": builtin.call_listed("list"),
    "builtins.tuple": builtin.call_listed("tuple"),
    "builtins.set": builtin.call_listed("set"),
    "builtins.frozenset": builtin.call_listed("set"),
    "builtins.iter": builtin.call_listed("generator"),
    "collections.deque": builtin.call_listed("list"),
    "builtins.dict": builtin.call_dict,
    "collections.OrderedDict": builtin.call_dict,
    "builtins.reversed": builtin.call_reversed,
    "builtins.map": builtin.call_map,
    "builtins.filter": builtin.call_filter,
    "functools.reduce": builtin.call_reduce,
    "builtins.zip": builtin.call_zip,
    "builtins.enumerate": builtin.call_enumerate,
    "builtins.range": builtin.call_range,
    "builtins.next": builtin.call_next,
    "builtins.sorted": builtin.call_sorted,
    "builtins.ord": builtin.call_computed(ord),
    "builtins.len": builtin.call_computed(len),
    "builtins.int": builtin.call_computed(int),
    "builtins.hex": builtin.call_computed(hex),
    "builtins.sum": builtin.call_computed(sum),
    "builtins.min": builtin.call_computed(min),
    "builtins.max": builtin.call_computed(max),
    "builtins.abs": builtin.call_computed(abs),
    "builtins.bin": builtin.call_computed(bin),
    "builtins.divmod": builtin.call_computed(divmod),
    "builtins.any": builtin.call_computed(any),
    "builtins.all": builtin.call_computed(all),
    "builtins.bool": builtin.call_computed(bool),
    "builtins.float": builtin.call_computed(float),
    "builtins.round": builtin.call_computed(round),
    "builtins.int.from_bytes": builtin.call_computed(int.from_bytes),
    "builtins.str.maketrans": builtin.call_computed(str.maketrans),
    "builtins.bytes.maketrans": builtin.call_computed(bytes.maketrans),
    "string.ascii_letters": system.call_fixed(""),
    "functools.partial": builtin.call_partial,
    "functools.partialmethod": builtin.call_partial,
    "operator.attrgetter": builtin.call_getter("attribute"),
    "operator.itemgetter": builtin.call_getter("item"),
    "operator.methodcaller": builtin.call_getter("method"),
    "pratique.attribute": builtin.call_get_attribute,
    "pratique.item": builtin.call_get_item,
    "pratique.method": builtin.call_call_method,
    "operator.xor": builtin.call_operator("^"),
    "operator.add": builtin.call_operator("+"),
    "operator.sub": builtin.call_operator("-"),
    "operator.concat": builtin.call_operator("+"),
    "operator.getitem": builtin.call_item,
    "operator.call": builtin.call_call_first,
    "builtins.object.__subclasses__": builtin.call_subclasses,
    "builtins.type.__subclasses__": builtin.call_subclasses,
    "itertools.chain": builtin.call_chain,
    "itertools.chain.from_iterable": builtin.call_chain_all,
    "itertools.starmap": builtin.call_starmap,
    "itertools.cycle": builtin.call_cycle,
    "codecs.decode": system.call_codec,
    "codecs.encode": system.call_codec,
    **{
        name: system.call_decode(name)
        for name in decoding.NAMES - {"codecs.decode", "marshal.loads", "codecs.getdecoder()"}
    },
    "os.path.join": system.call_join_paths,
    "os.path.expanduser": builtin.call_same,
    "os.path.expandvars": builtin.call_same,
    "os.path.abspath": builtin.call_same,
    "os.path.realpath": builtin.call_same,
    "os.path.normpath": builtin.call_same,
    "os.fspath": builtin.call_same,
    "os.path.dirname": system.call_dirname,
    "pathlib.Path": system.call_path,
    "pathlib.PurePath": system.call_path,
    "pathlib.Path.home": system.call_home,
    "tempfile.gettempdir": system.call_fixed(TEMPORARY),
    "tempfile.mkdtemp": system.call_temporary(False),
    "tempfile.mkstemp": system.call_temporary(True),
    "tempfile.mktemp": system.call_temporary(False),
    "tempfile.NamedTemporaryFile": system.call_temporary_file,
    "site.getusersitepackages": system.call_fixed(SITE),
    "site.getsitepackages": system.call_sites,
    "sysconfig.get_path": system.call_fixed(SITE),
    "distutils.sysconfig.get_python_lib": system.call_fixed(SITE),
    "builtins.open": system.call_open,
    "io.open": system.call_open,
    "codecs.open": system.call_open,
    "os.fdopen": system.call_open,
    "os.getenv": system.call_getenv,
    "os.environ.get": system.call_getenv,
    "os.environ.pop": system.call_getenv,
    "os.environ.update": system.call_update_environment,
    "os.environ.setdefault": system.call_setenv,
    "os.putenv": system.call_setenv,
    "os.environ.copy": system.call_environment,
    "os.environ.items": system.call_environment,
    "os.environ.values": system.call_environment,
    "builtins.compile": system.call_compile,
    "struct.pack": builtin.call_computed(struct.pack),
    "struct.unpack": builtin.call_computed(struct.unpack),
    "array.array": system.call_array,
    "glob.glob": system.call_glob,
    "glob.iglob": system.call_glob,
    "gc.get_objects": system.call_objects,
    "os.walk": system.call_walk,
    "json.loads": system.call_joined_json,
    "builtins.eval": system.call_evaluated,
    "builtins.exec": system.call_executed,
    "threading.Thread": system.call_started,
    "threading.Timer": system.call_started,
    "multiprocessing.Process": system.call_started,
    "atexit.register": system.call_started,
    "weakref.finalize": system.call_started,
    "asyncio.run": builtin.call_same,
    "asyncio.get_event_loop().run_until_complete": builtin.call_same,
    "_thread.start_new_thread": system.call_started,
    "asyncio.create_task": builtin.call_same,
    "asyncio.ensure_future": builtin.call_same,
    "functools.wraps": system.call_decorator("functools.wraps()"),
    "functools.wraps()": builtin.call_same,
    "functools.lru_cache": system.call_decorator("functools.lru_cache()"),
    "functools.lru_cache()": builtin.call_same,
    "contextlib.contextmanager": builtin.call_same,
    "types.MethodType": builtin.call_partial,
    "types.SimpleNamespace": system.call_plain_object,
    "types.ModuleType": system.call_module_object,
    "typing.cast": builtin.call_second,
    "copy.copy": builtin.call_same,
    "copy.deepcopy": builtin.call_same,
    "builtins.memoryview": builtin.call_same,
    "io.BytesIO": builtin.call_same,
    "io.StringIO": builtin.call_same,
    "concurrent.futures.ThreadPoolExecutor().submit": system.call_started,
    "concurrent.futures.ThreadPoolExecutor().map": builtin.call_map,
    "multiprocessing.Pool().map": builtin.call_map,
    "builtins.print": builtin.call_nothing,
    "time.sleep": builtin.call_nothing,
}


def unknown_call(
    machine: Semantics, name: str, function: External, given: Arguments, keywords: Keywords, node: Node, frame: Frame
) -> Value:
    """What a call outside comes to when nothing models it: its name with `()`, and the labels that go through it."""
    values = [*given, *keywords.values()]
    taint = union(
        function.taint, *(deep_taint(v) for v in values), *(of_open_file(machine, v, node, frame) for v in values)
    )
    here = machine.origin(node, frame)
    keeper = function.of
    while keeper is not None and not (isinstance(keeper, External) and "()" not in keeper.name):
        keeper.taint = union(keeper.taint, taint)  # what it is given it may keep
        keeper = keeper.of if isinstance(keeper, External) else None
    for value in given[:4] if function.taint else []:
        if isinstance(value, External | Unknown):
            value.taint = union(value.taint, function.taint)  # and it may write into what it is given
    machine.escape([*given, *keywords.values()], node, frame, now=name in sensitive.REGISTER)
    if sensitive.is_fetch(name):
        chosen = any(has_address(text_hint(v)[:500]) for v in given[:2]) or any(
            label in taint for label in ("url", "decoded", "characters", "reversed")
        )
        if any(sensitive.METADATA_ADDRESS.search(text_hint(v)[:500]) for v in given[:2]):
            return External({sensitive.METADATA: here}, f"{name}()")
        fetched: Taint = {"network": here, **({"url": here} if chosen or not sensitive.takes_url(name) else {})}
        fetched |= {
            k: o for k, o in taint.items() if k in ("decoded", "characters", "reversed") or k.startswith("variable:")
        }
        return External(fetched, f"{name}()")
    if name in LOGINS and function.of is not None and len(given) > 1 and all(isinstance(v, Known) for v in given[:2]):
        function.of.taint = with_labels(function.of.taint, here, "drop")
    label = sensitive.source_label(name)
    if label is not None:
        return External({label: here}, f"{name}()")
    tail = name.rsplit(".", 1)[-1]
    if name in sensitive.OPENERS:
        taint = union(taint, *(deep_taint(content(machine, v, node, frame)) for v in given[:2]), {"data-file": here})
    if name in sensitive.UNMARSHALLERS:
        taint = with_labels(taint, here, "unmarshalled")
    elif name in sensitive.DECODERS or tail in ("decrypt", "decompress", "b64decode", "unhexlify"):
        taint = with_labels(taint, here, "decoded", *(["literal"] if any(isinstance(v, Known) for v in given) else []))
    if sensitive.is_process(name):
        text = " ".join(
            text_hint(word)
            for word in (machine.iterate(given[0], node) if given and isinstance(given[0], Listing) else given[:1])
        )
        return External(dict.fromkeys(sensitive.output_labels(text), here), f"{name}()")
    if (
        tail in ("load_module", "_gcd_import", "_find_and_load", "import_module")
        and given
        and isinstance(given[0], Known)
    ):
        return machine.imported(str(given[0].data), frame)
    if tail in ("get", "pop") and given:
        taint = {**taint, **machine.header(given[0], node, frame)}
    if "environment" in taint and tail not in PASSING:
        taint = without_environment(taint)
    return External(taint, f"{name}()" if name else "")
