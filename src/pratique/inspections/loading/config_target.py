from collections.abc import Iterator

from pratique.code.capability import lookup
from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.CRITICAL,
    topics=("factory",),
    remedy="Do not load it. Report it to the hub; a model's configuration names classes of its own library.",
    references=("CWE-829", "AML.T0010", "LLM03:2025"),
)
def config_target(part: Metadata, context: Context) -> Iterator[Finding]:
    """A configuration whose class is no class but a call that reaches out.

    ## What it finds
    `target` with `params` (latent diffusion, NeMo) and `class_path` with `init_args` (LightningCLI) that name what starts
    processes, evaluates code, or opens files and connections.

    ## Why it matters
    These frameworks import the name and call it with the arguments beside it, before any weight is read.

    ## Limits
    Names that no capability table lists are silent: they are the libraries' own classes, by the hundred.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    value = part.value
    if not isinstance(value, dict):
        return
    module, name = str(value.get("module")), str(value.get("name"))
    known = lookup(module, name)
    if known.effect.is_dangerous:
        arguments = str(value.get("arguments", ""))
        message = f"its {value.get('key')} makes the framework call {module}.{name}, {known.reason}"
        yield context.finding(
            part.where, message, excerpt=f"{module}.{name} {arguments}", facts={"callable": f"{module}.{name}"}
        )


RULE = config_target
