import re
from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Call
from pratique.inspections.rule import Context, rule

GETTERS = frozenset(
    {
        "builtins.getattr", "operator.attrgetter", "operator.methodcaller", "_operator.attrgetter", "_operator.methodcaller",
        "inspect.getattr_static",
    }
)  # fmt: skip
# What the process, import and code modules of the standard library call their functions, and the special attributes that lead
# to the interpreter.
ATTRIBUTES = frozenset(
    {
        "system", "popen", "popen2", "popen3", "spawn", "spawnl", "spawnv", "spawnve", "spawnvp", "fork", "forkpty", "execv",
        "execve", "execl", "execvp", "posix_spawn", "Popen", "check_output", "check_call", "getoutput", "getstatusoutput", "exec",
        "eval", "compile", "execfile", "__import__", "import_module", "run_path", "run_module", "run_code", "runcode", "runsource",
        "load_module", "exec_module", "interact", "CDLL", "LoadLibrary", "urlopen", "urlretrieve", "rmtree", "loads",
        "__globals__", "__builtins__", "__subclasses__", "__class__", "__bases__", "__base__", "__mro__", "mro", "__dict__",
        "__code__", "__closure__", "__getattribute__", "__loader__", "__spec__", "__self__", "__func__", "__reduce__",
        "__reduce_ex__", "func_globals", "gi_frame", "f_globals", "f_builtins", "tb_frame",
    }
)  # fmt: skip
_TEXT = re.compile(r"^['\"](.*)['\"]$")


@rule(
    severity=Severity.HIGH,
    remedy="Do not load it. Ask the publisher for tensors in safetensors.",
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023"),
)
def dangerous_attribute(part: Call, context: Context) -> Iterator[Finding]:
    """Loading it prepares the way to a dangerous attribute.

    ## What it finds
    `getattr`, `attrgetter` or `methodcaller` with the name of an attribute that runs code or commands (`system`, `exec`,
    `popen` …) or leads into the interpreter (`__globals__`, `__subclasses__` …), whatever object it will be applied to.

    ## Why it matters
    The object that results calls or reaches it as soon as something applies it; the module it aims at need not stand in
    the data.

    ## Limits
    A name that is computed is `computed-name`; one that reaches a known object is judged by that object.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - Python documentation, `operator.attrgetter`, `operator.methodcaller`
    """
    if str(part.target) not in GETTERS:
        return
    for argument in part.arguments:
        text = _TEXT.match(argument)
        reached = ATTRIBUTES.intersection(text.group(1).split(".")) if text else None
        if reached:
            yield context.finding(
                part.where,
                f"loading it calls {part.target}({', '.join(part.arguments)}), which reaches {', '.join(sorted(reached))}",
                excerpt=part.context or argument,
                facts={"callable": str(part.target), "attribute": text.group(1) if text else ""},
            )
            return


RULE = dangerous_attribute
