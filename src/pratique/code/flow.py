"""Where values come from: taint of an expression, followed backwards from the call that uses it.

Within a function every binding counts, in whatever order it stands; calls of functions of the package are entered, and what
a parameter receives is asked of its callers. Labels: `network`, `decoded`, `environment`, `credential`, `variable:NAME`,
`fetched-file`, `url` (an address that stands in the source), `data-file`, `path:…` (a credential's path that was not read), and
`parameter:…` until it is resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pratique.code import sensitive
from pratique.code.arguments import arguments_of, paired, passed_on, spread, words_of
from pratique.code.syntax import text_of
from pratique.code.taint import (
    MARKS,
    Argument,
    Origin,
    Taint,
    addresses,
    carries,
    has_address,
    items,
    of_content,
    through,
    without_secrets,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.package import Module, Package
    from pratique.code.syntax import Scope

MAX_DEPTH = 40
MAX_STEPS = 150_000
MAX_CALLERS = 12
MAX_HOPS = 4
MAX_INVOCATIONS = 6
# Calls whose result still is the whole of what they are given; what any other call makes of the environment is not its content.
PASSING = frozenset(
    {
        *("dict", "str", "repr", "list", "tuple", "sorted", "set", "bytes", "bytearray", "copy", "deepcopy", "format"),
        *("asdict", "update", "join", "items", "values", "keys", "replace", "strip", "rstrip", "lstrip"),
        *("split", "rsplit", "lower", "upper", "casefold", "ljust", "zfill", "removeprefix"),
        *("dumps", "dump", "safe_dump", "safe_dump_all", "pformat", "encode", "decode"),
        *("b64encode", "urlsafe_b64encode", "b32encode", "b16encode", "b85encode", "a85encode"),
        *("encodebytes", "hexlify", "hex", "compress", "encrypt", "urlencode", "quote", "quote_plus"),
        *("map", "filter", "zip", "chain", "islice", "reversed", "enumerate", "reduce", "next", "iter"),
        *("read", "getvalue", "tobytes", "BytesIO", "StringIO"),
        *("Request", "add_header", "set_content", "Binary", "wrap_socket"),
    }
)
BACKWARDS = re.compile(r"[^:]*:[^:]*:\s*-\s*\d+\s*")
MIN_NUMBERS = 8  # in a list that can hold a program
# They look at a callable that they are given, and do not call it.
NOT_CALLING = frozenset(
    {"builtins.isinstance", "builtins.issubclass", "builtins.hasattr", "builtins.type", "typing.cast"}
)


# What of a program goes into the file that it is written to.
CARRIED = ("decoded", "literal", "data-file", "characters", "reversed")
# Methods, of whatever object, that give back what was encoded, packed or encrypted.
OPENING_METHODS = frozenset({"fromhex", "b64decode", "decompress", "decrypt"})


class Flow:
    """Taint over the modules of one package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.steps = 0
        self._known: dict[tuple[str, int, int, str], Taint] = {}
        self._owned: dict[str, bool] = {}

    def of(self, node: Node | None, module: Module, scope: Scope, depth: int = 0) -> Taint:
        """The labels of an expression's value."""
        self.steps += 1
        if node is None or depth > MAX_DEPTH or self.steps > MAX_STEPS:
            return {}
        key = (module.name, node.start_byte, node.end_byte, node.type)
        if key not in self._known:
            self._known[key] = {}
            self._known[key] = self._find(node, module, scope, depth + 1)
        return self._known[key]

    def origin(self, node: Node, module: Module) -> Origin:
        return Origin(module.path, node.start_point[0] + 1, text_of(node)[:120])

    def _find(self, node: Node, module: Module, scope: Scope, depth: int) -> Taint:
        kind = node.type
        if kind == "string":
            return self._string(node, module, scope, depth)
        if kind == "identifier":
            return self._identifier(node, module, scope, depth)
        if kind == "attribute":
            return self._attribute(node, module, scope, depth)
        if kind == "subscript":
            return self._subscript(node, module, scope, depth)
        if kind == "call":
            return self._call(node, module, scope, depth)
        if kind == "lambda":
            return self.of(node.child_by_field_name("body"), module, module.syntax.scope_at(node.start_byte), depth)
        if kind in ("comparison_operator", "not_operator"):
            return {}
        found: Taint = {}
        children = node.named_children[:400]
        if kind == "conditional_expression":
            children = [children[0], *children[2:]]  # the condition decides, it is not the value
        if kind in ("list", "tuple") and sum(child.type == "integer" for child in children) >= MIN_NUMBERS:
            return {"literal": self.origin(node, module)}
        for child in children:
            found = {**self.of(child, module, scope, depth), **found}
        if "environment" in found and sensitive.selects(node):
            found = items(found)
        return self._operated(node, found, module, scope) if kind == "binary_operator" else found

    def _operated(self, node: Node, found: Taint, module: Module, scope: Scope) -> Taint:
        """The labels of what an operator makes of two values: exclusive or decodes, `/` and `+` make paths and addresses."""
        if text_of(node.child_by_field_name("operator")) == "^":
            found.setdefault("decoded", self.origin(node, module))
            if any(self._is_constant(word, module, scope) for word in words_of(node)):
                found.setdefault("literal", self.origin(node, module))
        value = module.names.fold(node, scope)
        if isinstance(value, str):
            found.update(self._path(value, node, module))
        elif "/" in text_of(node):  # pathlib: the pieces make a path
            found.update(self._path(text_of(node).replace('"', "").replace("'", "").replace(" ", ""), node, module))
        return found

    def _is_constant(self, name: str, module: Module, scope: Scope) -> bool:
        """Whether a name stands for, or runs over, text or numbers that stand in the source."""
        values = module.names.lookup(name, scope)[:4]
        return any(isinstance(module.names.fold(value, scope), str | bytes | tuple) for value in values)

    def _path(self, value: str, node: Node, module: Module) -> Taint:
        match = sensitive.CREDENTIAL_PATH.search(value) if len(value) < 300 else None
        found = {"path:" + match[0]: self.origin(node, module)} if match else {}
        labels = ["url"] if has_address(value[:300]) else []
        labels += sensitive.address_labels(value[:300]) if labels or "/bot" in value else []
        return found | dict.fromkeys(labels, self.origin(node, module)) if labels else found

    def _string(self, node: Node, module: Module, scope: Scope, depth: int) -> Taint:
        found: Taint = {}
        for child in node.named_children:
            if child.type == "interpolation" and child.named_children:
                found = {**self.of(child.named_children[0], module, scope, depth), **found}
        text = text_of(node).strip("rbuf\"'")
        if carries(text):
            found.setdefault("literal", self.origin(node, module))
        return {**found, **self._path(text, node, module)}

    def _identifier(self, node: Node, module: Module, scope: Scope, depth: int) -> Taint:
        name = text_of(node)
        at: Scope | None = scope
        while at is not None:
            if at.kind != "class" or at is scope:
                bound = at.bound.get(name, [])
                parameter = at.parameters.get(name)
                if bound or parameter is not None:
                    return self._bound(name, bound, parameter, module, at, depth)
                if name in at.imported:
                    return self._global(at.imported[name], node, module, depth)
            at = at.parent
        return {}

    def _global(self, name: str, node: Node, module: Module, depth: int) -> Taint:
        """`from os import environ`, or a variable of another module of the package."""
        if name in sensitive.WHOLE_ENVIRONMENT:
            return {"environment": self.origin(node, module)}
        owner, _, tail = name.rpartition(".")
        other = self.package.by_name.get(owner)
        if other is None or not other.mentions(tail) or not self.package.open(other):
            return {}
        found: Taint = {}
        for value in other.syntax.top.bound.get(tail, [])[:4]:
            found = {**self.of(value, other, other.syntax.top, depth + 4), **found}
        return found

    def _bound(
        self,
        name: str,
        bound: list[Node],
        parameter: tuple[int, Node | None] | None,
        module: Module,
        scope: Scope,
        depth: int,
    ) -> Taint:
        found: Taint = {}
        for value in bound[:24]:
            found = {**self.of(value, module, module.syntax.scope_at(value.start_byte), depth), **found}
        if parameter is not None:
            if parameter[1] is not None and scope.parent is not None:
                found = {**self.of(parameter[1], module, scope.parent, depth), **found}
            label = f"parameter:{module.name}|{scope.name}|{parameter[0]}"
            found.setdefault(label, Origin(module.path, 0, name))
            secret = sensitive.parameter_label(name)
            if secret is not None:
                found.setdefault(secret, Origin(module.path, 0, name))
        return {**found, **self._filled(name, module, scope, depth)}

    def _filled(self, name: str, module: Module, scope: Scope, depth: int) -> Taint:
        """What calls put into a variable or the file it names: `list.append`, `urlretrieve(url, name)`, `handle.write`."""
        found: Taint = {}
        opened = [
            n for n, values in scope.bound.items() if any(v.type == "call" and name in words_of(v) for v in values[:4])
        ]
        about = re.compile(rf"\b(?:{'|'.join(map(re.escape, [name, *opened[:16]]))})\b")
        for call in scope.calls[:400]:
            if not about.search(text_of(call)):
                continue
            function = call.child_by_field_name("function")
            arguments = arguments_of(call)
            if function is not None and function.type == "attribute":
                held = text_of(function.child_by_field_name("object"))
                method = text_of(function.child_by_field_name("attribute"))
                if held == name and method in ("append", "extend", "update", "add", "insert", "setdefault"):
                    for _, value in arguments:
                        found = {**self.of(value, module, scope, depth + 1), **found}
                if method in ("write", "write_bytes", "write_text") and self._writes_to(name, function, module, scope):
                    for _, value in arguments[:1]:
                        labels = self.of(value, module, scope, depth + 1)
                        if "network" in labels:
                            found = {**addresses(labels), **found, "fetched-file": labels["network"]}
                        elif "decoded" in labels:
                            found = {**{k: o for k, o in labels.items() if k in CARRIED}, **found}
            if self._fetched_to(name, call, arguments, module, scope, depth):
                for _, value in arguments:
                    found = {**addresses(self.of(value, module, scope, depth + 1)), **found}
                found["fetched-file"] = self.origin(call, module)
        return found

    def _writes_to(self, name: str, function: Node, module: Module, scope: Scope) -> bool:
        """Whether `X.write` writes the file whose path is the variable `name`: X is it, or was opened from it."""
        holder = function.child_by_field_name("object")
        if holder is None:
            return False
        if name in words_of(holder):
            return True
        opened = module.names.lookup(text_of(holder), scope) if holder.type == "identifier" else [holder]
        return any(value.type == "call" and name in words_of(value) for value in opened)

    def _fetched_to(
        self, name: str, call: Node, arguments: list[Argument], module: Module, scope: Scope, depth: int
    ) -> bool:
        callee = module.names.resolve(call.child_by_field_name("function"), scope)
        if callee is None:
            return False
        if callee in sensitive.FETCH_TO_FILE:
            at, keyword = sensitive.FETCH_TO_FILE[callee]
            positional = [value for key, value in arguments if not key]
            values = [v for key, v in arguments if key == keyword] + positional[at : at + 1]
            return any(name in words_of(value) for value in values)
        if callee in ("shutil.copyfileobj",) and len(arguments) >= 2 and name in words_of(arguments[1][1]):
            return "network" in self.of(arguments[0][1], module, scope, depth + 1)
        target = self.package.find(callee)
        if target is None or target[1].kind != "function" or depth > MAX_DEPTH // 2:
            return False
        return any(
            "fetched-file" in self._filled(parameter, target[0], target[1], depth + 4)
            for parameter, value in paired(arguments, target[1])
            if name in words_of(value)
        )

    def _attribute(self, node: Node, module: Module, scope: Scope, depth: int) -> Taint:
        for name in module.names.candidates(node, scope):
            if name in sensitive.WHOLE_ENVIRONMENT:
                return {"environment": self.origin(node, module)}
            if sensitive.WEB_REQUEST.fullmatch(name):
                return {"request": self.origin(node, module)}
        holder = node.child_by_field_name("object")
        if text_of(node.child_by_field_name("attribute")) == sensitive.NOTEBOOK_NAMES:
            return {sensitive.NOTEBOOK: self.origin(node, module)}
        if holder is not None and text_of(holder) in ("self", "cls"):
            found: Taint = {}
            attribute = text_of(node.child_by_field_name("attribute"))
            for value in module.syntax.attributes_of(attribute, node.start_byte)[:8]:
                found = {**self.of(value, module, module.syntax.scope_at(value.start_byte), depth), **found}
            return found
        return self.of(holder, module, scope, depth)

    def _subscript(self, node: Node, module: Module, scope: Scope, depth: int) -> Taint:
        holder, index = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if "environ" in text_of(holder) and "os.environ" in module.names.candidates(holder, scope):
            return self._variable(module.names.fold(index, scope), node, module)
        found = dict(self.of(holder, module, scope, depth))
        if index is not None and index.type != "slice":
            found = {**items(found), **self._header(module.names.fold(index, scope), node, module)}
        if found.pop("environment", None):  # one variable of it
            found.update(self._variable(module.names.fold(index, scope), node, module))
        reversing = index is not None and index.type == "slice" and BACKWARDS.fullmatch(text_of(index))
        if reversing and ("data-file" in found or isinstance(module.names.fold(holder, scope), str | bytes)):
            found.setdefault("reversed", self.origin(node, module))
        return found

    def _header(self, name: object, node: Node, module: Module) -> Taint:
        label = sensitive.header_label(name)
        return {label: self.origin(node, module)} if label is not None else {}

    def _variable(self, name: object, node: Node, module: Module) -> Taint:
        label = sensitive.variable_label(name)
        return {label: self.origin(node, module)} if label is not None else {}

    def _call(self, node: Node, module: Module, scope: Scope, depth: int) -> Taint:
        function = node.child_by_field_name("function")
        arguments = arguments_of(node)
        names = module.names.candidates(function, scope)
        for name in names:
            if sensitive.is_fetch(name):
                return self._fetched(name, node, arguments, module, scope, depth)
            if name in sensitive.WHOLE_ENVIRONMENT:
                return {"environment": self.origin(node, module)}
            if name in ("os.getenv", "os.environ.get", "os.environ.pop") and arguments:
                return self._variable(module.names.fold(arguments[0][1], scope), node, module)
            label = sensitive.source_label(name)
            if label is not None:
                return {label: self.origin(node, module)}
            if sensitive.is_process(name) and arguments:
                return self._output(arguments[0][1], node, module, scope)
            target = self.package.find(name) if depth < MAX_DEPTH // 2 else None
            if target is not None and target[1].kind == "function":
                return self._entered(target, arguments, module, scope, depth)
        found: Taint = {}
        if function is not None and function.type == "attribute":
            found.update(self.of(function.child_by_field_name("object"), module, scope, depth))
            if text_of(function.child_by_field_name("attribute")) in ("get", "pop", "setdefault") and arguments:
                asked = module.names.fold(arguments[0][1], scope)
                found = {**items(found), **self._header(asked, node, module)}
                if found.pop("environment", None):
                    found.update(self._variable(asked, node, module))
        for _, value in arguments:
            found = {**self.of(value, module, scope, depth), **found}
        return self._transformed(found, names, node, function, module)

    def _output(self, command: Node, node: Node, module: Module, scope: Scope) -> Taint:
        """What a program that is started writes, by its command line."""
        words = command.named_children[:32] if command.type in ("list", "tuple") else [command]
        values = [module.names.fold(word, scope) for word in words]
        text = " ".join(value for value in values if isinstance(value, str))
        return dict.fromkeys(sensitive.output_labels(text), self.origin(node, module)) if text else {}

    def _fetched(
        self, name: str, node: Node, arguments: list[Argument], module: Module, scope: Scope, depth: int
    ) -> Taint:
        """What a peer sent, with what its address is made of."""
        here = self.origin(node, module)
        if not sensitive.takes_url(name):
            return {"network": here, "url": here}
        found: Taint = {"network": here}
        for label, origin in (
            (k, o) for _, value in arguments[:2] for k, o in self.of(value, module, scope, depth).items()
        ):
            if label in ("url", "decoded", "characters", "reversed", "drop", "numeric") or label.startswith(
                ("parameter:", "variable:")
            ):
                found.setdefault(label, origin)
        texts = [text for _, value in arguments[:2] if isinstance(text := module.names.fold(value, scope), str)]
        if texts:
            found.setdefault("url", here)
        if any(sensitive.METADATA_ADDRESS.search(text) for text in texts):
            found = {sensitive.METADATA: here}
        return found

    def _transformed(
        self, found: Taint, names: tuple[str, ...], node: Node, function: Node | None, module: Module
    ) -> Taint:
        method = text_of(function.child_by_field_name("attribute")) if function is not None else ""
        here = self.origin(node, module)
        if any(name in sensitive.UNMARSHALLERS for name in names):
            found.setdefault("unmarshalled", here)
        elif any(name in sensitive.DECODERS for name in names) or method in OPENING_METHODS:
            found.setdefault("decoded", here)
        if any(name in sensitive.OPENERS for name in names) or method in sensitive.READERS:
            for label in [label for label in found if label.startswith("path:")]:
                found["credential:" + label.removeprefix("path:")] = found[label]
            if "caller" in found:
                found[sensitive.CALLER] = found["caller"]
            if any(name in sensitive.OPENERS for name in names):
                found = of_content(found)
                found.setdefault("data-file", here)
        if method in ("read_bytes", "read_text"):
            found.setdefault("data-file", here)
        if "builtins.chr" in names and any(self._computed(v, module) for _, v in arguments_of(node)):
            found.setdefault("characters", here)
        tells = method in (*PASSING, *sensitive.READERS) or any(name in sensitive.OPENERS for name in names)
        passes = any(n.rsplit(".", 1)[-1] in PASSING for n in names)
        if not (tells or passes) or any(map(sensitive.SIGNERS.match, names)):
            found = without_secrets(found)
        if names and not passes:
            found.pop("environment", None)
            found = items(found)
        return found

    def _computed(self, node: Node, module: Module) -> bool:
        """A number that stands in the source, or that arithmetic makes: what `chr` hides text with."""
        if node.type == "binary_operator":
            return True
        scope = module.syntax.running_scope(node)
        values = [node, *(module.names.lookup(text_of(node), scope)[:4] if node.type == "identifier" else [])]
        return any(isinstance(module.names.fold(value, scope), int | tuple) for value in values)

    def _entered(
        self, target: tuple[Module, Scope], arguments: list[Argument], module: Module, scope: Scope, depth: int
    ) -> Taint:
        """The labels of what a function of the package returns, with its parameters replaced by the arguments."""
        owner, inner = target
        found: Taint = {}
        results = list(inner.results)
        if inner.node is not None and inner.node.type == "lambda":
            body = inner.node.child_by_field_name("body")
            results += [body] if body is not None else []
        given = dict(paired(arguments, inner))
        for result in results[:16]:
            for label, origin in self.of(result, owner, owner.syntax.scope_at(result.start_byte), depth + 2).items():
                prefix = f"parameter:{owner.name}|{inner.name}|"
                if not label.startswith(prefix):
                    found.setdefault(label, origin)
                    continue
                at = label.removeprefix(prefix)
                name = next((n for n, (i, _) in inner.parameters.items() if str(i) == at.rstrip(MARKS)), "")
                if name in given:
                    passed = self.of(given[name], module, scope, depth + 2)
                    found = {**through(at, passed), **found}
        return found

    def resolved(self, taint: Taint, hops: int = MAX_HOPS) -> Taint:
        """With parameters replaced by what the package's callers pass."""
        found = {label: origin for label, origin in taint.items() if not label.startswith("parameter:")}
        pending = [(label, 0) for label in taint if label.startswith("parameter:")]
        seen: set[str] = set()
        while pending:
            label, hop = pending.pop()
            if label in seen or hop >= hops or len(seen) > 40:
                continue
            seen.add(label)
            owner, qualified, at = label.removeprefix("parameter:").rsplit("|", 2)
            module = self.package.by_name.get(owner)
            if module is None or not self.package.open(module) or qualified not in module.syntax.named:
                continue
            inner = module.syntax.named[qualified]
            name = next((n for n, (i, _) in inner.parameters.items() if str(i) == at.rstrip(MARKS)), "")
            for caller, call, arguments in self.callers(module, inner):
                passed = self.of(dict(paired(arguments, inner)).get(name), caller, caller.syntax.running_scope(call))
                for other, origin in through(at, passed).items():
                    if other.startswith("parameter:"):
                        pending.append((other, hop + 1))
                    else:
                        found.setdefault(other, origin)
        return found

    def callers(self, module: Module, inner: Scope) -> Iterator[tuple[Module, Node, list[Argument]]]:
        """Where the package calls a function, directly or by handing it to a thread, a pool or `map`."""
        name = inner.name
        holder = inner.enclosing_class
        if holder is not None and name.endswith((".__init__", ".__new__")):
            name = holder.name
        tail = name.rsplit(".", 1)[-1]
        others = [] if tail.startswith("<") else self.package.mentioning(tail)
        count = 0
        for other in [module, *(o for o in others if o is not module)]:
            if not self.package.open(other):
                continue
            for called, sites in self.sites(other).items():
                if called.rsplit(".", 1)[-1] != tail:
                    continue
                target = self.package.find(called)
                if target is None or (target[0].name, target[1].name) != (module.name, name):
                    continue
                for node, arguments, _ in sites:
                    count += 1
                    if count <= MAX_CALLERS:
                        yield other, node, arguments

    def sites(self, module: Module) -> dict[str, list[tuple[Node, list[Argument], str]]]:
        """Every call of a module by the name that is called."""
        if module.sites is None:
            found: dict[str, list[tuple[Node, list[Argument], str]]] = {}
            for call in module.syntax.calls:
                for name, arguments, how in self.invocations(call, module, followed=True):
                    found.setdefault(name.replace("()", ""), []).append((call, arguments, how))
            for node in module.syntax.decorators:
                if node.named_children:
                    scope = module.syntax.running_scope(node)
                    for name in module.names.candidates(node.named_children[0], scope):
                        found.setdefault(name.replace("()", ""), []).append((node, [], "decorator"))
            module.sites = found
        return module.sites

    def _is_own(self, name: str) -> bool:
        """Whether a name is that of a function of the package, or a method of its classes; nothing is parsed to know it."""
        if name not in self._owned:
            owner, _, tail = name.rpartition(".")
            module = self.package.by_name.get(owner) or self.package.by_name.get(owner.rpartition(".")[0])
            self._owned[name] = module is not None and f"def {tail}(".encode() in module.data
        return self._owned[name]

    def _given_inside(self, receiver: str, arguments: list[Argument], handed: Node) -> list[Argument] | None:
        found = self.package.find(receiver)
        return passed_on(found[1], arguments, handed) if found is not None else None

    def invocations(
        self, call: Node, module: Module, followed: bool = False
    ) -> Iterator[tuple[str, list[Argument], str]]:
        """What a call calls: itself, and the functions that it hands to what will call them.

        `followed` says that a receiver of the package is asked what it gives them: it may have to be parsed for that.
        """
        scope = module.syntax.running_scope(call)
        arguments = arguments_of(call)
        names = module.names.candidates(call.child_by_field_name("function"), scope)
        for name in names[:MAX_INVOCATIONS]:
            yield name, arguments, "call"
        method = names[0].rsplit(".", 1)[-1] if names else ""
        if names and names[0] in NOT_CALLING:
            return
        for at, (keyword, value) in enumerate(arguments[:12]):
            if value.type not in ("identifier", "attribute", "lambda", "call", "subscript"):
                continue
            if value.type == "call" and method not in ("Thread", "Process", "register", "map", "submit", "Timer"):
                continue
            handed = module.names.candidates(value, scope)
            for name in handed[:MAX_INVOCATIONS]:
                if name.endswith("()") and value.type != "call":  # a result of it
                    continue
                rest = [a for i, a in enumerate(arguments) if i != at]
                inside = (
                    self._given_inside(names[0], arguments, value)
                    if followed and names and self._is_own(name)
                    else None
                )
                yield (
                    name,
                    spread(rest) if inside is None else inside,
                    f"handed to {names[0] if names else 'a call'}" + (f" as {keyword}" if keyword else ""),
                )
