from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule

PYTHON = frozenset({"py_func", "py_layer", "static_pylayer"})
WRITERS = frozenset({"save", "save_combine", "save_sparse_table", "checkpoint_notify"})
SERVERS = frozenset({"listen_and_serv", "send", "recv", "heter_listen_and_serv", "fetch_barrier", "send_barrier"})


@rule(
    severity=Severity.HIGH,
    topics=("paddle",),
    remedy="Do not run the program. Re-export it with `paddle.jit.save` from reviewed code.",
    references=("CWE-829", "CWE-73"),
)
def paddle_host_operator(part: Operator, context: Context) -> Iterator[Finding]:
    """A PaddlePaddle operator that calls Python, writes files, or talks to a server.

    ## What it finds
    `py_func` and its relatives, `save` and `save_combine`, and the parameter-server operators.

    ## Why it matters
    A program for inference has none of them. Whoever runs it executes them with their own rights.

    ## Limits
    `load` operators are normal in old programs and silent.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere; CWE-73: External Control of File Name or Path
    """
    facts = dict(part.attributes)
    if part.type in PYTHON:
        does = "calls a Python function of the process"
    elif part.type in WRITERS:
        does = f"writes the file {facts.get('file_path')!r}"
    elif part.type in SERVERS:
        does = f"talks to {facts.get('endpoints') or facts.get('endpoint')!r}"
    else:
        return
    yield context.finding(part.where, f"the operator {part.type} {does}", facts={"operator": part.type})


RULE = paddle_host_operator
