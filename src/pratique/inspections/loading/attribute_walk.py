from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Import
from pratique.inspections.rule import Context, rule

# Attributes that lead from a value to its code, its type's tree, or its module (Python data model, section 3.2 and 3.3).
WALKS = frozenset(
    {
        "__globals__", "__builtins__", "__subclasses__", "__class__", "__bases__", "__base__", "__mro__", "mro", "__dict__",
        "__code__", "__closure__", "__getattribute__", "__getattr__", "__setattr__", "__loader__", "__spec__", "__import__",
        "__self__", "__func__", "__wrapped__", "__init__", "__call__", "__reduce__", "__reduce_ex__", "__init_subclass__",
        "func_globals", "func_code", "gi_frame", "gi_code", "f_globals", "f_builtins", "f_back", "cr_frame", "tb_frame",
    }
)  # fmt: skip


@rule(
    severity=Severity.HIGH,
    remedy=(
        "Do not load it. Ask the publisher for tensors in safetensors; convert your own with "
        "`safetensors.torch.save_file(torch.load(path, weights_only=True), out)`."
    ),
    references=("CWE-502", "AML.T0010", "AML.T0011.000", "ML06:2023", "LLM03:2025"),
)
def attribute_walk(part: Import, context: Context) -> Iterator[Finding]:
    """Loading it walks into the interpreter by attributes.

    ## What it finds
    A name with a special attribute on the way (`__globals__`, `__builtins__`, `__subclasses__`, `__class__`,
    `__init__`, `__dict__`, `func_globals` …).

    ## Why it matters
    From any object, such attributes lead to every module and function of the process, so one harmless name is as
    good as `eval`.

    ## Limits
    Special methods of enumerations and containers that picklers do use are not in the list.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    - OWASP ML06:2023 AI Supply Chain Attacks, LLM03:2025 Supply Chain
    - Python documentation, `pickle`: "Only unpickle data you trust"
    """
    segments = set((part.target.name or "").split(".")) & WALKS
    if segments and context.first((part.where.path, part.where.members, part.target)):
        yield context.finding(
            part.where,
            f"loading it reaches {part.target} by walking through {', '.join(sorted(segments))}",
            excerpt=str(part.target),
            facts={"name": str(part.target), "carrier": part.carrier},
        )


RULE = attribute_walk
