"""What the machine sees leave the package: calls that execute, start, send or persist become `Ending`s, judged on real values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pratique.code import decoding, git, sensitive
from pratique.code.machine import accounts
from pratique.code.machine.expressions import evaluate
from pratique.code.machine.methods import content as content_of
from pratique.code.machine.questions import (
    adds_recipient,
    as_line,
    is_constant,
    is_socket,
    is_unseen,
    names_any_file,
    of_file,
    options_of_git,
    unseen_command,
)
from pratique.code.machine.shown import Shown
from pratique.code.machine.statements import execute
from pratique.code.machine.values import (
    NOTHING,
    External,
    FilePath,
    Frame,
    Known,
    Listing,
    Method,
    Unknown,
    Value,
    deep_taint,
    options,
    plain,
    text_hint,
    union,
)
from pratique.code.package import Module, Package
from pratique.code.roots import Reach
from pratique.code.sinks import FETCHED, INTERPRETER, MAX_NESTED, Ending, Sinks, as_heard, hides, remote
from pratique.code.taint import Origin, Taint, has_address

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.interface import Interface
    from pratique.code.machine.semantics import Semantics

MAX_ENDINGS = 60
Handler = Callable[["Semantics", str, list[Value], dict[str, Value], "Node", Frame], None]
PROGRAMS = frozenset(
    {"builtins.exec", "builtins.eval", "timeit.timeit", "timeit.Timer", "cProfile.run", "doctest.Example"}
)
PARSERS = frozenset({"json.loads", "tomllib.loads", "yaml.safe_load"})  # a document may tell of commands
GRAVE_COMMANDS = frozenset({"remote-execution", "hidden-execution", "reverse-shell", "exfiltration", "mining"})
ARGUMENT_CALLS = ("os.exec", "os.spawn", "os.posix", "multiprocessing.util.spawnv", "asyncio.create_subprocess_exec")
CONNECTED = ("socket.socket()", "socket.create_connection()", "ssl.", "smtplib.SMTP", "ftplib.FTP")
# `Command.execute(function, arguments)` calls the function, unless it is a dry run (distutils, `cmd.py`).
COMMAND_EXECUTE = re.compile(r"(?:setuptools|distutils)\.[\w.()]*\.execute")
MAX_TEXTS = 60  # programs in text that are run
# GLOBAL, or the strings of STACK_GLOBAL, that name what executes (pickle protocol 0 to 5).
PICKLED_CALL = re.compile(
    rb"(?:c|i|\x8c.)(?:os|posix|nt|subprocess|builtins|__builtin__|pty|runpy|importlib)(?:\n|\x94?\x8c.)(?:system|popen|exec\w*|eval|spawn\w*|Popen|run|call|check_output|__import__|compile|run_path|import_module)\b"
)
UPLOADS = re.compile(r"upload|\.put|send_file|sendfile")
COMMAND = re.compile(r"\||powershell|mshta|certutil|bitsadmin|rundll32|regsvr32|\bcurl\b|\bwget\b", re.IGNORECASE)
# Programs that run the file that they are given.
RUNNERS = re.compile(
    r"(?:^|[/\\])(?:(?:ba|z|da|k)?sh|python[\d.]*w?|perl|ruby|node|java|cmd|powershell|pwsh|rundll32|regsvr32|wscript|cscript|mshta"
    r"|open|start|xdg-open|nohup|sudo|env|setsid|msiexec|chmod|curl|wget|scp)(?:\.exe)?$|^sys\.executable$",
    re.IGNORECASE,
)
# A folder of the user's own, which no program keeps its things in: not hidden, not a library's or a cache.
USERS_FOLDER = re.compile(r"~/(?!\.|Library\b|AppData\b|snap\b|\w*[Cc]ache|te?mp\b)[^/]")
# Names through which code executes, starts or imports.
CALLED_BY_CODE = re.compile(
    r"exec|eval|compile|getattr|__import__|import_module|system|popen|Popen|spawn\w*|exec[lv]\w*|run|call|check_output|urlopen"
)


class Watcher(Shown):
    """Collects the endings of one package while a machine runs it."""

    def __init__(self, package: Package, sinks: Sinks) -> None:
        super().__init__(package)
        self.sinks = sinks
        self.endings: list[Ending] = []
        self.reach = Reach.IMPORT
        self._texts = 0
        self._later = 0

    @contextmanager
    def later(self, some_day: bool) -> Iterator[None]:
        """While a function runs that was only handed to somebody, what it does is not known to happen."""
        self._later += some_day
        try:
            yield
        finally:
            self._later -= some_day

    def called(
        self,
        machine: Semantics,
        name: str,
        function: External,
        given: list[Value],
        keywords: dict[str, Value],
        node: Node,
        frame: Frame,
    ) -> None:
        """A call outside."""
        if len(self.endings) >= MAX_ENDINGS:
            return
        kind = self._kind_of(name)
        if kind is not None:
            kind(machine, name, given, keywords, node, frame)
        elif name in sensitive.CLIPBOARD and given:
            text = text_hint(given[-1])
            if sensitive.WALLET.match(text):
                self._end("destruction", name, {}, node, frame, f"the clipboard's text becomes the wallet {text}")
        elif name == "os.memfd_create":
            self._end("hidden-execution", name, {}, node, frame, "a program that is only in memory")
        elif name == "os.write" and len(given) > 1 and frame.module.mentions("pty"):
            if "network" in self._labels(given[1], node, frame):
                self._end("reverse-shell", name, {}, node, frame)
        elif name == "pydoc.pipepager" and len(given) > 1:
            self._starts(machine, name, [given[1]], {"input": given[0]}, node, frame)
        elif name == "os.dup2" and given and is_socket(given[0]):
            self._end("reverse-shell", name, {}, node, frame)
        elif not sensitive.is_send(name) and name not in PARSERS:
            self._commands(name, given, node, frame)
        for value in [*given, *keywords.values()][:8] if name != "builtins.isinstance" else ():
            if isinstance(value, External) and (value.name in sensitive.EXECUTE or sensitive.is_process(value.name)):
                self._named(value.name, given, node, frame)
        if (
            self.reach is Reach.START
            and not self._later
            and (sensitive.is_fetch(name) or name in sensitive.FETCH_TO_FILE)
        ):
            self._end("start-download", name, {}, node, frame)
        by_account = "drop" in function.taint and accounts.SENDING.fullmatch(name) is not None
        if sensitive.is_send(name) or by_account or self.sinks.logs_elsewhere(name, frame.module):
            self._sends(name, function, given, keywords, node, frame)
        if (name in sensitive.EXECUTE or sensitive.is_process(name)) and name not in sensitive.PATH_EXECUTORS:
            self._named(name, given, node, frame)

    def _kind_of(self, name: str) -> Handler | None:
        """What looks at a call of a name, if anything has to."""
        if name in sensitive.EXECUTE and not name.endswith("spec_from_file_location"):
            return self._executes
        if sensitive.is_process(name):
            return self._starts
        if name in sensitive.DESTROYERS:
            return self._destroys
        if name in sensitive.COPIERS:
            return self._copies
        if name in sensitive.FETCH_TO_FILE:
            return self._fetches_to
        if name in sensitive.DESERIALIZERS:
            return self._deserializes
        if name in ("sys.path.insert", "sys.path.append", "zipimport.zipimporter", "site.addsitedir"):
            return self._extends_path
        if sensitive.PIP_MAIN.fullmatch(name) or name == "runpy.run_module":
            return self._runs_pip
        if COMMAND_EXECUTE.fullmatch(name):
            return self._hands_on
        return self._gets_loader if name.endswith(("spec_from_loader", "spec_from_file_location")) else None

    def wrote(
        self, machine: Interface, path: str, value: Value, node: Node, frame: Frame, taint: Taint = NOTHING
    ) -> None:
        """A file was written, or copied to. `taint` are the labels of its path."""
        others = (path.endswith((".pth", ".py")) and "site-packages" in path) or bool(
            sensitive.OTHERS_CODE.search(path)
        )
        starts = sensitive.STARTUP_PATH.search(path) is not None
        commands = (
            list(self.sinks.of_command(as_line(text_hint(value)))) if starts or "installed-program" in taint else []
        )
        if others or "installed-program" in taint or any(kind in GRAVE_COMMANDS for kind, _ in commands):
            self._end("tampering", "builtins.open", {}, node, frame, path)
        elif starts:
            self._end("persistence", "builtins.open", {}, node, frame, path)
        labels = deep_taint(value)
        walked = "walked-files" in labels and "encrypted" in labels and frame.module.mentions("remove")
        if walked or ("users-files" in labels and "users-files" in taint):
            note = "files of the user are replaced by what was made of them"
            self._end("destruction", "builtins.open", {}, node, frame, note)
        elif not self._later and "walked-files" in taint and names_any_file(path) and is_constant(value):
            note = "whatever files it finds are replaced by one text"
            self._end("destruction", "builtins.open", {}, node, frame, note)

    # Programs in text

    def run_text(self, machine: Semantics, value: Known, node: Node, frame: Frame, expression: bool) -> Value | None:
        """What a constant program does: the machine reads it in the names of who executes it."""
        data = value.data
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
        if (
            self._texts >= MAX_TEXTS
            or frame.module.depth >= decoding.MAX_LAYERS
            or len(text) > decoding.MAX_DECODED_BYTES
        ):
            return None
        self._texts += 1
        name = f"{frame.module.name}__text{self._texts}"
        module = Module(
            frame.module.where, frame.module.path, name, text.encode("utf-8", "replace"), frame.module.role, False
        )
        module.host, module.depth = (frame.module, node.start_byte), frame.module.depth + 1
        self.package.by_name[name] = module
        if not self.package.open(module):
            return None
        inner = Frame(
            module, frame.names, frame.outer, frame.top, depth=frame.depth + 1, owner=frame.owner, holder=frame.holder
        )
        if not expression:
            execute(machine, module.syntax.root, inner)
            return Known()
        first = module.syntax.root.named_children[0] if module.syntax.root.named_children else None
        inside = (
            first.named_children[0]
            if first is not None and first.type == "expression_statement" and first.named_children
            else None
        )
        return evaluate(machine, inside, inner) if inside is not None else None

    # Kinds of calls

    def _destroys(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        target = given[0] if given else Unknown()
        if text_hint(target).startswith("/package/") and not self._later:
            self._end("self-deletion", name, {}, node, frame, text_hint(target)[:120])
        if "users-files" in deep_taint(target):
            self._end("destruction", name, {}, node, frame, "files of the user")
        elif name == "shutil.rmtree" and (
            sensitive.DESTRUCTIVE_TARGET.match(text_hint(target))
            or (not self._later and USERS_FOLDER.match(text_hint(target)))
        ):
            self._end("destruction", name, {}, node, frame, text_hint(target))

    def _copies(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        if len(given) > 1:
            self.wrote(machine, text_hint(given[1]), given[0], node, frame)
            machine.files[text_hint(given[1])] = FilePath({}, text_hint(given[0]))

    def _executes(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        values = self._programs(name, given, keywords)
        taint = union(*(self._labels(value, node, frame) for value in values))
        if any(label in taint for label in FETCHED) and (
            name not in sensitive.PATH_EXECUTORS or "fetched-file" in taint
        ):
            self._end(remote(taint), name, taint, node, frame)
        elif name == "runpy.run_path" and values and self._is_data(values[0]):
            self._end(
                "hidden-execution",
                name,
                {},
                node,
                frame,
                f"a program in {text_hint(values[0])[:120]}, which is no module",
            )
        elif name in sensitive.PATH_EXECUTORS or not values:
            return
        elif any(self._hidden(value, taint) for value in values):
            self._end("hidden-execution", name, taint, node, frame)
        elif "request" in taint:
            self._end("web-shell", name, taint, node, frame)
        elif (
            not self._later and name in PROGRAMS and all(map(is_unseen, values)) and (name == "builtins.exec" or taint)
        ):
            self._end("unseen-execution", name, taint, node, frame)

    def _programs(self, name: str, given: list[Value], keywords: dict[str, Value]) -> list[Value]:
        """The arguments in which a callee takes a program or its path."""
        if name in sensitive.PATH_EXECUTORS or name.startswith("timeit."):
            return [*given, *(v for k, v in keywords.items() if k in ("stmt", "setup"))]
        return given[:1] or [v for k, v in keywords.items() if k in ("source", "object", "statement")][:1]

    def _starts(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        command = given[0] if given else next((keywords[k] for k in ("args", "command", "cmd") if k in keywords), None)
        if command is None:
            return
        words = self._words(name, command, given)
        program = text_hint(words[0]) if words else ""
        if words and isinstance(words[0], External):
            program = words[0].name
        interprets = INTERPRETER.search(program) is not None
        judged = words if interprets or len(words) == 1 else words[:1] + options_of_git(words)
        if interprets and "input" in keywords:
            judged = [*judged, keywords["input"]]
        if self.reach is Reach.START and not self._later:
            self._end("start-process", name, {}, node, frame, " ".join(map(text_hint, words))[:200])
        if any(is_socket(keywords[k]) for k in ("stdin", "stdout") if k in keywords):
            self._end("reverse-shell", name, {}, node, frame)
        taint = union(*(self._labels(value, node, frame) for value in judged))
        text = " ".join(text_hint(word) for word in words)[:16384]
        self._ran_file(machine, name, words, node, frame)
        fed = union(
            *(self._labels(keywords[k], node, frame) for k in ("stdin", "input", "env") if k in keywords and k != "env")
        )
        if sensitive.sends_by_command(text) and any(k == "environment" or k.startswith("credential:") for k in fed):
            self._end("exfiltration", name, fed, node, frame, text[:200])
        if any(label in taint for label in FETCHED):
            whole = len(words) == 1 and "fetched-file" not in taint and remote(taint) == "remote-execution"
            bare = whole and isinstance(words[0], Unknown | External) and text_hint(words[0]) in ("", "X")
            self._end("remote-command" if bare else remote(taint), name, taint, node, frame)
        elif "request" in taint:
            self._end("web-shell", name, taint, node, frame)
        elif not self._later and unseen_command(words, interprets, taint):
            self._end("unseen-execution", name, taint, node, frame)
        elif judged and self._hidden_command(judged, taint, text):
            self._end("hidden-execution", name, taint, node, frame, text[:200])
        elif not self._later and words and self._carried(words[0]):
            self._end("carried-command", name, taint, node, frame, text[:200])
        options = list(git.commands([text_hint(word) for word in words])) if len(words) > 1 else []
        nested = MAX_NESTED if len(words) > 1 else 0
        for kind, note in (*self.sinks.of_git(options), *self.sinks.of_command(text, nested)):
            self._end(kind, name, {}, node, frame, note)
        downloaded = sensitive.DOWNLOAD_TO.search(text)
        if downloaded is not None:
            here = machine.origin(node, frame)
            machine.files[downloaded[1].strip("'\"")] = Unknown({"network": here, "url": here})
        python = "python" in program or program == "sys.executable"
        if python and len(words) >= 3 and text_hint(words[1]) == "-c" and isinstance(words[2], Known):
            self.run_text(machine, words[2], node, frame, expression=False)

    def _words(self, name: str, command: Value, given: list[Value]) -> list[Value]:
        """The words of a command line, in whatever form the callee takes them."""
        if name.startswith(ARGUMENT_CALLS):
            flat = [item for value in given for item in (value.items if isinstance(value, Listing) else [value])]
            flat = flat[1:] if name.startswith("os.spawn") else flat  # behind its mode
            words = [word for word in flat if not (isinstance(word, Known) and isinstance(word.data, int))]
            return (
                words if name.startswith("asyncio") else [*words[:1], *words[2:]]
            )  # the second is what it calls itself
        return list(command.items) if isinstance(command, Listing) else [command]

    def _hidden_command(self, words: list[Value], taint: Taint, text: str) -> bool:
        made = any(label in taint for label in ("decoded", "characters", "reversed"))
        if not all(isinstance(word, Known | External) for word in words):
            return made and hides(taint)
        own = [word for word in words if not text_hint(word).startswith("/package/")]  # where it stands, no text
        return any(self._conceals(word, taint) for word in own)

    def _deserializes(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        if not given:
            return
        taint = self._labels(given[0], node, frame)
        if any(label in taint for label in FETCHED) and remote(taint) == "remote-execution":
            self._end("remote-deserialization", name, taint, node, frame)
        known, data = plain(given[0])
        if known and isinstance(data, bytes) and PICKLED_CALL.search(data):
            self._end("hidden-execution", name, taint, node, frame, "a pickle that calls")

    def _extends_path(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        """Modules are looked for where the program wrote what it decoded or fetched."""
        where = text_hint(given[-1]) if given else ""
        for path, content in list(machine.files.items())[:32]:
            if len(where) > 3 and (path == where or path.startswith(f"{where}/")):
                taint = self._labels(content, node, frame)
                if any(label in taint for label in FETCHED):
                    self._end(remote(taint), name, taint, node, frame, f"modules in {path}")
                elif self._hidden(content, taint):
                    self._end("hidden-execution", name, taint, node, frame, f"modules in {path}")

    def _hands_on(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        """A command of setuptools calls the function that it is given."""
        if len(given) > 1 and isinstance(given[1], Listing):
            machine.call(given[0], list(given[1].items), {}, node, frame)

    def _runs_pip(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        words = given[0].items if given and isinstance(given[0], Listing) else []
        if name == "runpy.run_module":
            argv = machine.set_outside.get("sys.argv")
            words = argv.items[1:] if isinstance(argv, Listing) and given and text_hint(given[0]) == "pip" else []
        for kind, note in self.sinks.of_command(" ".join(["pip", *map(text_hint, words)])) if words else ():
            self._end(kind, name, {}, node, frame, note)

    def _gets_loader(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        """A loader of the package's own is asked for the source of a module."""
        if name in sensitive.EXECUTE:
            self._executes(machine, name, given, keywords, node, frame)
        for loader in (*given, *keywords.values()):
            for method in ("get_data", "get_source", "get_code", "exec_module"):
                special = machine.member(loader, method, node, frame)
                if special is None:
                    continue
                source = machine.call(special, [Unknown()], {}, node, frame)
                taint = self._labels(source, node, frame)
                if method != "exec_module" and any(label in taint for label in FETCHED):
                    self._end(remote(taint), name, taint, node, frame, f"from its loader's {method}")
                elif method != "exec_module" and self._hidden(source, self._labels(source, node, frame)):
                    self._end(
                        "hidden-execution",
                        name,
                        self._labels(source, node, frame),
                        node,
                        frame,
                        f"from its loader's {method}",
                    )

    def set_variable(self, machine: Interface, value: Value, node: Node, frame: Frame) -> None:
        """A variable of the environment that names a command (`CC`, `PAGER`, `GIT_SSH_COMMAND`) was set."""
        for kind, note in self.sinks.of_command(text_hint(value)) if isinstance(value, Known) else ():
            if kind not in ("installation", "publishing"):
                self._end(kind, "os.environ", {}, node, frame, note)

    def handed(self, value: Value, callee: str, node: Node, frame: Frame) -> None:
        """Something is handed to what will call it with arguments that the source does not show."""
        for option in options(value):
            name = option.name if isinstance(option, External) else ""
            if (name in sensitive.EXECUTE or sensitive.is_process(name)) and name not in sensitive.PATH_EXECUTORS:
                self._end("unseen-execution", name, option.taint, node, frame, f"handed to {callee}")
                self._named(name, [], node, frame)

    def evaluates(self, machine: Semantics, value: Value, node: Node, frame: Frame) -> Value | None:
        """A text is evaluated as an expression by something else than `eval`."""
        self._executes(machine, "builtins.eval", [value], {}, node, frame)
        found: Value | None = None
        for option in options(value):
            if isinstance(option, Known) and isinstance(option.data, str):
                found = self.run_text(machine, option, node, frame, expression=True)
        return found

    def remade(self, name: str, parts: dict[str, Value], before: list[str], node: Node, frame: Frame) -> None:
        """A code object is made of parts: names it calls, constants and instructions that no source shows."""
        names, instructions = parts.get("co_names"), parts.get("co_code")
        for item in names.items[:256] if isinstance(names, Listing) else ():
            word = text_hint(item)
            if word not in before and CALLED_BY_CODE.fullmatch(word) and not self._shown(word):
                self._end("hidden-execution", name, item.taint, node, frame, f"code whose names were replaced: {word}")
                return
        constants = parts.get("co_consts")
        held = constants.items[:256] if isinstance(constants, Listing) else []
        judged = [item for item in (instructions, *held) if item is not None]
        for item in judged:
            program = item is instructions and isinstance(item, Known) and isinstance(item.data, bytes) and item.data
            if program or self._hidden(item, deep_taint(item)):
                self._end("hidden-execution", name, item.taint, node, frame, "code that was made of parts")
                return

    def unseen_callee(self, taint: Taint, node: Node, frame: Frame) -> None:
        """A function of a module that starts programs is called by a name that is not known."""
        if not self._later:
            self._end("unseen-execution", "builtins.getattr", taint, node, frame, "by a name that is computed")

    def chosen_by_peer(self, taint: Taint, node: Node, frame: Frame) -> None:
        """A function is called whose name a peer chose."""
        if "url" in taint:
            self._end("remote-command", "builtins.getattr", taint, node, frame, "a peer chooses what is called")

    def _commands(self, name: str, given: list[Value], node: Node, frame: Frame) -> None:
        """A command that fetches and runs, put together so that it stands nowhere, is handed to whatever it is."""
        for value in given[:4]:
            if isinstance(value, Known) and isinstance(value.data, str | bytes) and 12 < len(value.data) < 2000:
                text = text_hint(value)
                if not COMMAND.search(text) or self._stands(text):
                    continue
                for kind, note in self.sinks.of_command(text):
                    self._end(kind, name, {}, node, frame, note)

    def _ran_file(self, machine: Semantics, name: str, words: list[Value], node: Node, frame: Frame) -> None:
        """A file that the program wrote before is started."""
        text = " ".join(text_hint(word) for word in words)
        program = text_hint(words[0]) if words else ""
        runs = RUNNERS.search(program) is not None or (program == "X" and not self._later)  # a tool that is not known
        for path, content in list(machine.files.items())[:32]:
            if len(path) > 2 and path in text and (runs or path in program):
                taint = of_file(self._labels(content, node, frame))
                held = self._labels(content_of(machine, content, node, frame), node, frame)
                if sensitive.sends_by_command(text) and any(label.startswith("credential:") for label in held):
                    self._end("exfiltration", name, held, node, frame, text[:200])
                if any(label in taint for label in FETCHED):
                    self._end(remote(taint), name, taint, node, frame, f"from {path}")
                elif self._hidden(content, taint):
                    self._end("hidden-execution", name, taint, node, frame, f"from {path}")
                for kind, note in self.sinks.of_command(as_line(text_hint(content))) if "python" not in text else ():
                    self._end(kind, name, {}, node, frame, note)
                if isinstance(content, Known) and "python" in text + "".join(
                    w.name for w in words if isinstance(w, External)
                ):
                    self.run_text(machine, content, node, frame, expression=False)
        carried = [word for word in words[:3] if isinstance(word, Known | FilePath)]
        copied = [machine.files[path] for path in machine.files if len(path) > 3 and path in text]
        if any(self._is_data(word) for word in [*carried, *(c for c in copied if isinstance(c, FilePath))]):
            self._end("bundled-execution", name, {}, node, frame, text[:200])

    def _fetches_to(
        self, machine: Semantics, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        at, keyword = sensitive.FETCH_TO_FILE[name]
        path = given[at] if len(given) > at else keywords.get(keyword)
        if path is not None:
            here = machine.origin(node, frame)
            url = {"url": here} if given and isinstance(given[0], Known) else {}
            machine.files[text_hint(path)] = Unknown({"network": here, **url})

    def _sends(
        self, name: str, function: External, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> None:
        values = [*given, *keywords.values()]
        taint = union(*(self._labels(value, node, frame) for value in [*given, *keywords.values()]))
        forwarded = deep_taint(keywords["headers"]) if "headers" in keywords else {}
        taint = {k: o for k, o in taint.items() if not (k.startswith("header:") and k in forwarded)}
        if UPLOADS.search(name):
            matches = (sensitive.CREDENTIAL_PATH.search(text_hint(value)[:500]) for value in values)
            here = Origin(frame.module.path, node.start_point[0] + 1, "")
            taint = {**taint, **{f"credential:{match[0]}": here for match in matches if match is not None}}
        taint = union(taint, {k: o for k, o in function.taint.items() if k != "network"})
        if any(sensitive.METADATA_ADDRESS.search(text_hint(v)[:500]) for v in values) or "metadata-address" in taint:
            taint = {k: o for k, o in taint.items() if k != sensitive.METADATA}
        addressed = any(has_address(text_hint(v)[:500]) for v in values) or function.name.startswith(CONNECTED)
        if addressed:
            taint = {"url": Origin(frame.module.path, node.start_point[0] + 1, ""), **taint}
        if accounts.bears_own_key(keywords):
            taint = {**taint, "drop": Origin(frame.module.path, node.start_point[0] + 1, "")}
        taint = as_heard(taint, name, node)
        moves = any(not plain(value)[0] for value in values)
        if "copied-to" in taint or adds_recipient(name, given, keywords):
            self._end("hidden-recipient", name, taint, node, frame)
        for kind in self.sinks.of_sending(name, taint, frame.module, [text_hint(v) for v in values], moves):
            self._end(kind, name, taint, node, frame)

    def _named(self, name: str, given: list[Value], node: Node, frame: Frame) -> None:
        """Something dangerous is called, and its name stands nowhere."""
        tail = name.rsplit(".", 1)[-1]
        if "()" not in tail and not frame.module.mentions(tail) and not self._shown(tail):
            self._end("hidden-name", name, {}, node, frame)

    def _labels(self, value: Value, node: Node, frame: Frame) -> Taint:
        """The labels of a value, with what its text says: an address, a file of credentials."""
        found = deep_taint(value)
        text = text_hint(value)[:500] if isinstance(value, Known | Unknown) else ""
        if text and (has_address(text) or "/bot" in text):
            labels = ["url", *sensitive.address_labels(text)]
            found = {**dict.fromkeys(labels, Origin(frame.module.path, node.start_point[0] + 1, text[:120])), **found}
        if isinstance(value, Method) and value.name == "open":
            match = sensitive.CREDENTIAL_PATH.search(text_hint(value.holder))
            if match is not None:
                found = {**found, "credential:" + match[0]: Origin(frame.module.path, node.start_point[0] + 1, "")}
        if isinstance(value, Listing):
            known, data = plain(value)
            if not known and any(isinstance(item, Method) for item in value.items[:16]):
                found = union(found, *(self._labels(item, node, frame) for item in value.items[:16]))
            del data
        return found

    def _end(self, kind: str, name: str, taint: Taint, node: Node, frame: Frame, note: str = "") -> None:
        reach = Reach.NONE if self._later else self.reach
        if len(self.endings) < MAX_ENDINGS:
            self.endings.append(self.sinks.made(kind, name, taint, node, frame.module, note, reach))
