from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("pickle-unpicklers-differ",),
    remedy="Ask the publisher for the weights as safetensors: "
    "`safetensors.torch.save_file(model.state_dict(), 'model.safetensors')`.",
    references=(
        "CWE-436",
        "CWE-502",
        "AML.T0011.000",
    ),
)
def pickle_unpicklers_differ(part: Broken, context: Context) -> Iterator[Finding]:
    """A pickle that the C and the Python unpickler read differently.

    ## What it finds
    Opcodes across the end of a frame, frames inside frames, STOP before a frame's end, arguments that are no tuple,
    numbers and memo indices in spellings that no pickler writes, state that is no dict, and opcodes where joblib
    would read an array.

    ## Why it matters
    No pickler writes any of these. They are there to show one program a harmless pickle while another runs a
    different one: a scanner that is built on one unpickler then clears what the other executes.

    ## Limits
    It compares CPython's two unpicklers and joblib's, not those of other languages.

    ## References
    - CWE-436: Interpretation Conflict
    - CWE-502: Deserialization of Untrusted Data
    - MITRE ATLAS AML.T0011.000: Unsafe AI Artifacts
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = pickle_unpicklers_differ
