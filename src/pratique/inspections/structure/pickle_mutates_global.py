from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("pickle-mutates-global",),
    remedy="Ask the publisher for the weights as safetensors: "
    "`safetensors.torch.save_file(model.state_dict(), 'model.safetensors')`.",
    references=(
        "CWE-502",
        "CWE-829",
        "AML.T0011.000",
    ),
)
def pickle_mutates_global(part: Broken, context: Context) -> Iterator[Finding]:
    """A pickle that changes an imported class, function or module.

    ## What it finds
    BUILD, SETITEM, APPEND and their like on the imported object itself, not on an instance of it.

    ## Why it matters
    The state of an imported object belongs to the program that loads the pickle. Replacing an attribute of a class,
    or an entry of `os.environ`, takes effect later and outside of the pickle, where nothing looks at it.

    ## Limits
    Changes through functions that the pickle calls are reported by the rules for these calls.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0011.000: Unsafe AI Artifacts
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = pickle_mutates_global
