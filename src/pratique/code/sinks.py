"""Calls that end a flow: what executes, starts, sends, persists or destroys, with the labels of what reaches them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.code import decoding, git, sensitive, shell, triggers
from pratique.code.arguments import arguments_of
from pratique.code.flow import Flow
from pratique.code.package import Module
from pratique.code.roots import Reach, Roots
from pratique.code.syntax import text_of
from pratique.code.taint import Argument, Origin, Taint

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.syntax import Scope

HELD = ("literal", "reversed", "network", "fetched-file", "environment")  # where a hidden program comes from
FETCHED = ("network", "fetched-file")
WHOLE = frozenset({"identifier", "attribute", "subscript", "call"})  # a command that the source shows nothing of
MOVING = frozenset({"identifier", "call", "attribute", "subscript", "string", "binary_operator"})
CHOSEN = frozenset({"url", "drop", "numeric", "literal"})  # labels of what stands in the source
INTERPRETER = re.compile(
    r"(?:^|/)(?:ba|z|da|k|a)?sh$|python[\d.]*$|^cmd|powershell|pwsh|perl$|ruby$|node$|sys\.executable"
)
DOWNLOAD_AND_RUN = re.compile(
    r"(?:curl|wget)\b.{0,300}(?:&&|;|\|)\s*(?:sudo\s+)?(?:chmod|\./|\.\s+[/~]|source\b|/tmp/\S|nohup\b|(?:ba|z)?sh\b|python|perl\b)|powershell.{0,80}(?:-e(?:nc|ncodedcommand)?\s|iex|downloadstring)"
    r"|certutil.{0,60}-urlcache|mshta(?:\.exe)?\s+[\"']?(?:https?:|javascript:|vbscript:)|(?:rundll32|regsvr32)(?:\.exe)?\b.{0,80}https?:"
    r"|(?:invoke-webrequest|\biwr\b|downloadfile|start-bitstransfer|bitsadmin).{0,300}(?:start-process|invoke-item|invoke-expression|\biex\b)",
    re.IGNORECASE | re.DOTALL,
)
PERSISTING_COMMAND = re.compile(
    r"\bcrontab\b\s+(?!-l)|\bschtasks\b.{0,40}/create|\breg\s+add\b.{0,120}\\Run\b|launchctl\s+load|systemctl\s+(?:--user\s+)?enable|>>\s*~?\S*\.(?:bashrc|zshrc|profile)"
)
NAME_LOOKUP = re.compile(r"socket\.(?:gethostbyname|gethostbyname_ex|getaddrinfo)|dns\.resolver\.(?:resolve|query)")
DOMAIN = re.compile(r"\.[a-zA-Z0-9-]{2,}\.[a-zA-Z]{2,}\b")
# Addresses of the machine itself, and what reads from a socket, whoever is at its other end.
NO_ADDRESS = re.compile(r"\b127\.\d+\.\d+\.\d+\b|\blocalhost\b|\b0\.0\.0\.0\b|\.(?:recv\w*|makefile|read\w*|accept)\(")
MANY_MODULES = 200
MIN_TEMPLATE = 6  # letters of a program that a formatted text shows
MAX_STUB = 128  # bytes of machine code that a program may carry to ask the processor something
# What packers of Python sources leave in place of the program (PyArmor, "Understanding Obfuscated Scripts").
PACKERS = frozenset({"__pyarmor__", "__pyarmor_enter__", "pyarmor_runtime"})
MAX_NESTED = 4  # options of git within what an option of git runs
MAX_DECORATORS = 100  # of one definition
DECORATING = frozenset({"builtins.exec", "builtins.eval"})


@dataclass(frozen=True, slots=True)
class Ending:
    """One call that ends a flow."""

    kind: (
        str  # "hidden-execution", "remote-execution", "exfiltration", "persistence", "reverse-shell", "destruction", …
    )
    module: Module
    line: int  # of the call, in the file (for a decoded payload: of what executes it)
    offset: int
    callee: str
    text: str
    labels: tuple[str, ...]
    origins: tuple[Origin, ...]
    reach: Reach
    note: str = ""
    addressed: bool = False  # an address that stands in the source, of another machine, is among what reaches it


class Sinks:
    """The endings in one module."""

    def __init__(self, flow: Flow, roots: Roots) -> None:
        self.flow = flow
        self.roots = roots
        self._asked: dict[str, dict[str, bool]] = {}

    def endings(self, module: Module) -> Iterator[Ending]:
        for call in module.syntax.calls:
            scope = module.syntax.running_scope(call)
            for name, arguments, how in self.flow.invocations(call, module):
                yield from self._ending(name, arguments, call, scope, module, how)
        for node in module.syntax.decorators:
            yield from self._decorator(node, module)

    def _ending(
        self, name: str, arguments: list[Argument], call: Node, scope: Scope, module: Module, how: str
    ) -> Iterator[Ending]:
        if name in sensitive.EXECUTE:
            yield from self._executes(name, arguments, call, scope, module)
        elif sensitive.is_process(name):
            yield from self._starts(name, arguments, call, scope, module)
        elif name == "os.dup2" and arguments:
            if "socket.socket" in self._socket(arguments[0][1], scope, module):
                yield self.made("reverse-shell", name, {}, call, module)
        elif name in sensitive.DESTROYERS and arguments:
            target = path_text(arguments[0][1], scope, module)
            if sensitive.DESTRUCTIVE_TARGET.match(target) and name == "shutil.rmtree":
                yield self.made("destruction", name, {}, call, module, target)
        elif how == "call" and (
            sensitive.INJECTION.fullmatch(name) or (sensitive.ALLOCATION.fullmatch(name) and self._fills_memory(module))
        ):
            yield self.made("hidden-execution", name, {}, call, module, "memory is written and run")
        elif name in sensitive.CLIPBOARD and arguments:
            for value in self._constants(arguments[-1][1], scope, module):
                if sensitive.WALLET.match(value):
                    note = f"the clipboard's text becomes the wallet {value}"
                    yield self.made("destruction", name, {}, call, module, note)
                    break
        elif name in sensitive.DESERIALIZERS and how == "call" and arguments:
            taint = self._taint([value for _, value in arguments[:1]], scope, module)
            if any(label in taint for label in FETCHED) and remote(taint) == "remote-execution":
                yield self.made("remote-deserialization", name, taint, call, module)
        else:
            yield from self._writes(name, arguments, call, scope, module)
        if how == "call":
            yield from self._called(name, arguments, call, scope, module)
        if hidden_name(name, call, how):
            yield self.made("hidden-name", name, {}, call, module)

    def _called(
        self, name: str, arguments: list[Argument], call: Node, scope: Scope, module: Module
    ) -> Iterator[Ending]:
        if name in triggers.ENDS and triggers.waits_for_date(call, module, self.flow):
            yield self.made("time-trigger", name, {}, call, module)
        if sensitive.is_send(name) or self.logs_elsewhere(name, module):
            yield from self._sends(name, arguments, call, scope, module)
        if name.rsplit(".", 1)[-1] in PACKERS:
            yield self.made("packed", name, {}, call, module)

    def _constants(self, node: Node, scope: Scope, module: Module) -> list[str]:
        """The texts that an expression may be: itself, or an entry of a mapping or list in the source."""
        value = module.names.fold(node, scope)
        if isinstance(value, str):
            return [value]
        holder = node.child_by_field_name("value") if node.type == "subscript" else None
        bound = module.names.lookup(text_of(holder), scope)[:2] if holder is not None else []
        entries = [p.child_by_field_name("value") or p for display in bound for p in display.named_children[:64]]
        return [value for entry in entries if isinstance(value := module.names.fold(entry, scope), str)]

    def _socket(self, node: Node, scope: Scope, module: Module) -> str:
        pending = [node]
        for _ in range(60):
            if not pending:
                break
            at = pending.pop()
            names = module.names.candidates(at, scope) if at.type in ("identifier", "call", "attribute") else ()
            if any(name.startswith(("socket.socket", "socket.create_connection")) for name in names):
                return "socket.socket"
            pending.extend(at.named_children)
            if at.type == "attribute" and text_of(at.child_by_field_name("object")) == "self":
                name = text_of(at.child_by_field_name("attribute"))
                pending.extend(module.syntax.attributes_of(name, at.start_byte)[:4])
        return ""

    def _taint(self, nodes: list[Node], scope: Scope, module: Module) -> Taint:
        found: Taint = {}
        for node in nodes:
            found = {**self.flow.of(node, module, scope), **found}
        return self.flow.resolved(found)

    def _executes(
        self, name: str, arguments: list[Argument], call: Node, scope: Scope, module: Module
    ) -> Iterator[Ending]:
        values = [value for _, value in (arguments if name in sensitive.PATH_EXECUTORS else arguments[:1])]
        taint = self._taint(values, scope, module)
        if any(label in taint for label in FETCHED) and (
            name not in sensitive.PATH_EXECUTORS or "fetched-file" in taint
        ):
            yield self.made(remote(taint), name, taint, call, module)
        elif name not in sensitive.PATH_EXECUTORS and hides(self._of_program(values, taint)):
            yield self.made("hidden-execution", name, taint, call, module)
        elif values and "request" in self.flow.of(values[0], module, scope):
            yield self.made("web-shell", name, taint, call, module)

    def _of_program(self, values: list[Node], taint: Taint) -> Taint:
        """The labels that say how a program was made: into a template that the source shows, only what is decoded can hide one."""
        shown = any(sum(c.isalnum() for c in literal_text(value)) >= MIN_TEMPLATE for value in values)
        return {k: o for k, o in taint.items() if k not in ("reversed", "characters")} if shown else taint

    def _starts(
        self, name: str, arguments: list[Argument], call: Node, scope: Scope, module: Module
    ) -> Iterator[Ending]:
        command = [value for keyword, value in arguments if not keyword or keyword == "args"][:1]
        if not command:
            return
        words, program = self._words(command[0], scope, module, name)
        if INTERPRETER.search(program):
            words = words + [value for keyword, value in arguments if keyword == "input"]
        streams = [value for keyword, value in arguments if keyword in ("stdin", "stdout")]
        if any(self._socket(value, scope, module) for value in streams):
            yield self.made("reverse-shell", name, {}, call, module)
        taint = self._taint(words, scope, module)
        if any(label in taint for label in FETCHED):
            made = module.names.lookup(text_of(command[0]), scope) if command[0].type == "identifier" else []
            whole = command[0].type in WHOLE and len(words) == 1 and not any(v.type in ("list", "tuple") for v in made)
            kind = remote(taint)
            commanded = whole and kind == "remote-execution" and "network" in taint and "fetched-file" not in taint
            yield self.made("remote-command" if commanded else kind, name, taint, call, module)
        elif hides(taint) and ("decoded" in taint or isinstance(module.names.fold(words[0], scope), str)):
            yield self.made("hidden-execution", name, taint, call, module)
        elif "request" in self.flow.of(words[0], module, scope):
            yield self.made("web-shell", name, taint, call, module)
        listed = command_words(command[0], scope, module)
        text = command_text(command[0], scope, module)
        for kind, note in (*self.of_git(git.commands(listed)), *self.of_command(text, MAX_NESTED if listed else 0)):
            yield self.made(kind, name, {}, call, module, note)

    def _words(self, command: Node, scope: Scope, module: Module, name: str) -> tuple[list[Node], str]:
        """What of a command is executed: its program, and everything if the program is an interpreter."""
        display = command
        if command.type == "identifier":
            bound = module.names.lookup(text_of(command), scope)
            display = bound[0] if len(bound) == 1 else command
        if display.type == "binary_operator":  # `[program, option] + arguments`
            display = display.child_by_field_name("left") or display
        if display.type not in ("list", "tuple") or not display.named_children:
            return [command], text_of(display)[:200]
        first = display.named_children[0]
        value = module.names.fold(first, scope)
        program = (
            value if isinstance(value, str) else ".".join(module.names.candidates(first, scope)[:1]) or text_of(first)
        )
        if INTERPRETER.search(program):
            return self._program_of(list(display.named_children), scope, module), program
        return [first], program

    def _program_of(self, words: list[Node], scope: Scope, module: Module) -> list[Node]:
        """The interpreter, its options, and the script or the text after `-c`; what follows are the script's arguments."""
        for at, word in enumerate(words[1:], 1):
            value = module.names.fold(word, scope)
            if value in ("-c", "-e", "/c", "-m"):
                return words[: at + 2]
            if not isinstance(value, str) or not value.startswith(("-", "/")):
                return words[: at + 1]
        return words

    def of_command(self, text: str, depth: int = 0) -> Iterator[tuple[str, str]]:
        """What a command line does, by its text: the kind of the ending and what shows it.

        `depth` counts the options of git around it; of a line that was joined from a list, the list is asked for its own.
        """
        if not text:
            return
        for execution in shell.executions(text):
            kinds = {"reverse-shell": "reverse-shell", "decoded": "hidden-execution"}
            yield kinds.get(execution.kind, "remote-execution"), execution.text
            return
        if DOWNLOAD_AND_RUN.search(text):
            yield "remote-execution", text
        elif sensitive.MINER.search(text):
            yield "mining", text
        elif sensitive.leaks(text):
            yield "exfiltration", text
        elif sensitive.DESTRUCTIVE_COMMAND.search(text):
            yield "destruction", text
        elif PERSISTING_COMMAND.search(text):
            yield "persistence", text
        elif sensitive.PUBLISHING_COMMAND.search(text):
            yield "publishing", text
        elif sensitive.PIP_INSTALL.search(text):
            yield "foreign-installation" if sensitive.OTHER_INDEX.search(text) else "installation", text
        elif depth < MAX_NESTED:
            yield from self.of_git(git.of_line(text), depth + 1)

    def of_git(self, given: Iterable[tuple[str, str]], depth: int = 0) -> Iterator[tuple[str, str]]:
        """What options of git run, judged like any command line; what no such option is for is told too."""
        for option, command in given:
            graver = list(self.of_command(command, depth))
            yield from graver
            if not graver and not git.is_usual(option, command):
                yield "git-command", f"{option} runs {command}"

    def _sends(
        self, name: str, arguments: list[Argument], call: Node, scope: Scope, module: Module
    ) -> Iterator[Ending]:
        taint = self._taint([value for keyword, value in arguments if keyword != "headers"], scope, module)
        forwarded = self._taint([value for keyword, value in arguments if keyword == "headers"], scope, module)
        taint = {**{k: o for k, o in forwarded.items() if not k.startswith("header:")}, **taint}
        texts = [text_of(value)[:500] for _, value in arguments] if "identity" in taint else []
        moves = "drop" in taint and any(self._moves(value, scope, module) for _, value in arguments)
        taint = as_heard(taint, name, call)
        for kind in self.of_sending(name, taint, module, texts, moves):
            yield self.made(kind, name, taint, call, module)

    def of_sending(
        self, name: str, taint: Taint, module: Module, texts: list[str], moves: bool = False
    ) -> Iterator[str]:
        """The kinds of endings that a call is which sends values with these labels.

        `texts` are its arguments as far as they are known; `moves` says that some of them are not constants.
        """
        secrets = [label for label in taint if label.startswith("credential:")]
        if all("/kubernetes" in label for label in secrets) and module.mentions("KUBERNETES_SERVICE_HOST"):
            secrets = [] if "url" not in taint else secrets  # the cluster's own interface, as its documentation asks
        copied = "data-file" in taint and self._copies_credentials(module)
        seen = (
            "capture" in taint
            or ("url" in taint and ("intercepted" in taint or "private-key" in taint))
            or ("url" in taint and any(label.startswith(("header:", "secret:")) for label in taint))
        )
        if "drop" in taint and (taint.keys() - CHOSEN or moves):
            yield "drop"
        if "environment" in taint or secrets or copied or seen or self._watches_keys(module):
            yield "exfiltration"
            return
        lookup = NAME_LOOKUP.fullmatch(name) is not None
        if "identity" in taint and (asks_a_domain(texts) if lookup else "url" in taint):
            yield "identification"
        variables = {label.partition(":")[2] for label in taint if label.startswith("variable:")}
        families = {v.split("_")[0] for v in variables}
        if any(sensitive.PUBLISHING_VARIABLE.fullmatch(v) for v in variables):
            yield "publishing"
        elif len(families) >= 3 or self._sent_elsewhere(variables, taint, module):
            yield "exfiltration"

    def _moves(self, value: Node, scope: Scope, module: Module) -> bool:
        """Whether an argument holds something that is not constant."""
        entries = value.named_children if value.type in ("dictionary", "list", "tuple") else [value]
        held = [entry.child_by_field_name("value") if entry.type == "pair" else entry for entry in entries[:64]]
        return any(module.names.fold(node, scope) is None for node in held if node is not None and node.type in MOVING)

    def _sent_elsewhere(self, variables: set[str], taint: Taint, module: Module) -> bool:
        """Whether a secret of a platform goes to a host that stands in the source and is not the platform's."""
        address = taint.get("url")
        if address is None:
            return False
        text = address.text.lower()
        families = {sensitive.INFRASTRUCTURE.get(variable.split("_")[0]) for variable in variables} - {None}
        return any(family not in text and not self._talks_to(family, module) for family in families if family)

    def _talks_to(self, family: str, module: Module) -> bool:
        """Whether a module has an address of a platform; in a library of many clients, whether any module has."""
        modules = self.flow.package.modules
        if len(modules) <= MANY_MODULES:
            return module.mentions_host(family)
        asked = self._asked.setdefault("", {})
        if family not in asked:
            asked[family] = any(other.mentions_host(family) for other in modules)
        return asked[family]

    def _copies_credentials(self, module: Module) -> bool:
        """Whether a module copies a file of credentials: what it then sends may be the copy."""
        if "copies" not in self._asked.setdefault(module.name, {}):
            self._asked[module.name]["copies"] = any(
                self._is_copy_of_credentials(call, module) for call in module.syntax.calls
            )
        return self._asked[module.name]["copies"]

    def _is_copy_of_credentials(self, call: Node, module: Module) -> bool:
        scope = module.syntax.running_scope(call)
        names = module.names.candidates(call.child_by_field_name("function"), scope)
        arguments = arguments_of(call)
        if not arguments or not any(name in sensitive.COPIERS for name in names):
            return False
        if sensitive.CREDENTIAL_PATH.search(path_text(arguments[0][1], scope, module)):
            return True
        labels = self._taint([arguments[0][1]], scope, module)
        return any(sensitive.NOBODYS.search(label) for label in labels if label.startswith("path:"))

    def logs_elsewhere(self, name: str, module: Module) -> bool:
        """Whether a logger is called in a module that gives loggers a handler which writes to another host."""
        if not sensitive.LOGGING.fullmatch(name):
            return False
        asked = self._asked.setdefault(module.name, {})
        if "logs" not in asked:
            asked["logs"] = sensitive.REMOTE_HANDLER.search(module.source) is not None
        return asked["logs"]

    def _fills_memory(self, module: Module) -> bool:
        """Whether a module starts a thread in memory, or copies there what it decoded, fetched or holds encoded.

        A few instructions that ask the processor what it can do are listed in the source as numbers, and are called, not started.
        """
        asked = self._asked.setdefault(module.name, {})
        if "memory" not in asked:
            asked["memory"] = any(self._fills(call, module) for call in module.syntax.calls)
        return asked["memory"]

    def _fills(self, call: Node, module: Module) -> bool:
        scope = module.syntax.running_scope(call)
        names = module.names.candidates(call.child_by_field_name("function"), scope)
        if any(sensitive.THREAD.fullmatch(name) for name in names):
            return True
        if not any(sensitive.MEMORY_COPY.fullmatch(name) for name in names):
            return False
        values = [value for _, value in arguments_of(call)]
        taint = self._taint(values, scope, module)
        long = any(
            isinstance(v := module.names.fold(value, scope), str | bytes) and len(v) > MAX_STUB for value in values
        )
        return long or any(label in taint for label in ("decoded", "characters", *FETCHED))

    def _watches_keys(self, module: Module) -> bool:
        if not (module.mentions("pynput") or module.mentions("keyboard") or module.mentions("pyWinhook")):
            return False
        asked = self._asked.setdefault(module.name, {})
        if "keys" not in asked:
            found = (
                name
                for call in module.syntax.calls
                for name in module.names.candidates(
                    call.child_by_field_name("function"), module.syntax.running_scope(call)
                )
            )
            asked["keys"] = any(sensitive.KEY_WATCHERS.match(name.replace("()", "")) for name in found)
        return asked["keys"]

    def _writes(
        self, name: str, arguments: list[Argument], call: Node, scope: Scope, module: Module
    ) -> Iterator[Ending]:
        method = name.rsplit(".", 1)[-1]
        target = ""
        if name in ("builtins.open", "io.open") and arguments:
            mode = next((v for k, v in arguments if k == "mode"), arguments[1][1] if len(arguments) > 1 else None)
            if mode is not None and any(c in text_of(mode) for c in "wax+"):
                target = path_text(arguments[0][1], scope, module)
        elif name in sensitive.COPIERS and len(arguments) > 1:
            target = path_text(arguments[1][1], scope, module)
        elif method in ("write_text", "write_bytes"):
            function = call.child_by_field_name("function")
            holder = function.child_by_field_name("object") if function is not None else None
            target = path_text(holder, scope, module) if holder is not None else ""
        elif name.startswith("winreg.SetValue") or method == "OpenKey":
            target = " ".join(path_text(value, scope, module) for _, value in arguments)
        by_site = target.endswith((".pth", "sitecustomize.py", "usercustomize.py")) and "site-packages" in target
        if target and (sensitive.STARTUP_PATH.search(target) or by_site):
            yield self.made("persistence", name, {}, call, module, target)

    def _decorator(self, node: Node, module: Module) -> Iterator[Ending]:
        """`@exec` over a decorator that makes the program: what decorates is called with what it decorates."""
        expression = node.named_children[0] if node.named_children else None
        scope = module.syntax.running_scope(node)
        names = module.names.candidates(expression, scope)
        executing = next((n for n in names if n in DECORATING or sensitive.is_process(n)), None)
        if executing is None or node.parent is None:
            return
        if node.parent.named_child_count > MAX_DECORATORS:
            self.flow.package.unread += 1
            return
        inner = [d for d in node.parent.named_children if d.type == "decorator" and d.start_byte > node.start_byte]
        taint = self._taint([d.named_children[0] for d in inner if d.named_children], scope, module)
        yield self.made("hidden-execution", executing, taint, node, module, "as a decorator")

    def made(
        self, kind: str, name: str, taint: Taint, node: Node, module: Module, note: str = "", reach: Reach | None = None
    ) -> Ending:
        """An ending at a node; for a decoded program, at what executes it. `reach` where it is known better."""
        host, line, offset = module, node.start_point[0] + 1, node.start_byte
        layers = 0
        while host.host is not None and layers < decoding.MAX_LAYERS:
            host, offset = host.host
            line = host.data.count(b"\n", 0, offset) + 1
            layers += 1
        if layers:
            note = (
                f"inside of what {'is' if layers == 1 else f'is {layers} times'} decoded: {note or text_of(node)[:120]}"
            )
        text = text_of(node).split("\n", 1)[0][:200]
        shown = {k: o for k, o in taint.items() if not k.startswith(("path:", "data-file", "url", "literal"))}
        return Ending(
            kind,
            host,
            line,
            offset,
            name,
            text,
            tuple(shown),
            tuple(shown.values()),
            self.roots.of(node, module) if reach is None else reach,
            note[:300],
            "url" in taint and NO_ADDRESS.search(taint["url"].text) is None,
        )


def asks_a_domain(texts: list[str]) -> bool:
    """Whether a name is looked up below a domain that stands in the source: the question itself is the message."""
    return any(DOMAIN.search(text) for text in texts)


def as_heard(taint: Taint, name: str, request: Node) -> Taint:
    """The labels of what is sent; of passwords only if nobody looks at the answer: a service that is logged in to has its own."""
    return taint if unanswered(name, request) else {k: o for k, o in taint.items() if not k.startswith("secret:")}


def unanswered(name: str, call: Node) -> bool:
    """Whether nobody looks at what a request comes to: sent for itself, or by a thread; those of a session keep its cookies."""
    if "()" in name:
        return False
    if text_of(call.child_by_field_name("function")).endswith(("Thread", "Timer", "submit", "start_new_thread")):
        return True
    around = call.parent
    while around is not None and around.type in ("await", "parenthesized_expression"):
        around = around.parent
    return around is not None and around.type == "expression_statement"


def hides(taint: Taint) -> bool:
    """Whether a program was made from something that the package holds or gets, and not from what its caller hands in."""
    if "decoded" in taint or "characters" in taint:
        return any(label in taint for label in HELD) or "data-file" in taint
    return "reversed" in taint or ("unmarshalled" in taint and any(label in taint for label in HELD))


def remote(taint: Taint) -> str:
    """The kind of an ending that executes what was fetched: from an address of the source, or from whatever its user names."""
    fixed = {"url", "decoded", "characters", "reversed"} & taint.keys()
    return "remote-execution" if fixed or any(k.startswith("variable:") for k in taint) else "requested-execution"


def hidden_name(name: str, call: Node, how: str) -> bool:
    """Whether something dangerous is called by a name that the source does not show."""
    if (
        not (name in sensitive.EXECUTE or sensitive.is_process(name))
        or name in sensitive.PATH_EXECUTORS
        or how != "call"
    ):
        return False
    function = call.child_by_field_name("function")
    tail = name.rsplit(".", 1)[-1]
    shown = text_of(function)
    if tail in shown or function is None or function.type == "identifier":
        return False
    return "getattr" in shown or "__" in shown or "[" in shown or "attrgetter" in shown


def path_text(node: Node | None, scope: Scope, module: Module, depth: int = 0) -> str:
    """A path as far as it is constant: its pieces, joined by `/`."""
    if node is None or depth > 4:
        return ""
    value = module.names.fold(node, scope)
    if isinstance(value, str):
        return value
    if node.type == "identifier":
        bound = module.names.lookup(text_of(node), scope)
        return path_text(bound[0], scope, module, depth + 1) if bound else ""
    pieces: list[str] = []
    if node.type == "call":
        names = module.names.candidates(node.child_by_field_name("function"), scope)
        pieces += ["site-packages"] if any(n in sensitive.SITE_PACKAGES for n in names) else []
        function = node.child_by_field_name("function")
        if function is not None and function.type == "attribute":
            pieces.append(path_text(function.child_by_field_name("object"), scope, module, depth + 1))
        listed = node.child_by_field_name("arguments")
        children = listed.named_children[:8] if listed is not None else []
    else:
        children = node.named_children[:8]
    pieces += [path_text(child, scope, module, depth + 1) for child in children]
    return "/".join(piece for piece in pieces if piece)


def command_text(node: Node, scope: Scope, module: Module) -> str:
    """A command as a line of shell."""
    value = module.names.fold(node, scope)
    if isinstance(value, str):
        return value[:16384]
    display = _display(node, scope, module)
    if display.type not in ("list", "tuple"):
        return literal_text(display)
    texts = command_words(display, scope, module)
    if len(texts) >= 3 and INTERPRETER.search(texts[0]) and texts[1] in ("-c", "/c"):
        return texts[2] if "python" not in texts[0] else ""
    return " ".join(texts)[:16384]


def _display(node: Node, scope: Scope, module: Module) -> Node:
    bound = module.names.lookup(text_of(node), scope) if node.type == "identifier" else []
    return bound[0] if len(bound) == 1 else node


def command_words(node: Node, scope: Scope, module: Module) -> list[str]:
    """The words of a command that is given as a list; `?` where one is not constant."""
    display = _display(node, scope, module)
    if display.type not in ("list", "tuple"):
        return []
    words = [module.names.fold(child, scope) for child in display.named_children[:64]]
    return [
        word if isinstance(word, str) else literal_text(child) or "?"
        for word, child in zip(words, display.named_children, strict=False)
    ]


def literal_text(node: Node) -> str:
    """An f-string with its interpolations left open."""
    if node.type != "string":
        return ""
    return "".join(
        text_of(c) if c.type == "string_content" else "X"
        for c in node.named_children
        if c.type in ("string_content", "interpolation")
    )[:16384]
