from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Broken
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=(
        "pickle-truncated",
        "pickle-opcode",
        "pickle-stack-underflow",
        "pickle-mark",
        "pickle-memo",
        "pickle-memo-bomb",
        "pickle-text",
        "pickle-number",
        "pickle-string",
        "pickle-negative-length",
        "pickle-protocol",
        "pickle-protocol-again",
        "pickle-odd-items",
        "pickle-odd-name",
        "pickle-not-callable",
        "pickle-not-a-container",
        "pickle-stack-global",
        "pickle-extension",
        "pickle-too-large",
        "pickle-too-deep",
        "pickle-too-many",
        "pickle-array",
        "pickle-side-file",
    ),
    remedy="Ask for an intact file, or for the weights as safetensors; do not load this one: it acts before it fails.",
    references=(
        "CWE-502",
        "CWE-1284",
        "AML.T0011.000",
    ),
)
def pickle_malformed(part: Broken, context: Context) -> Iterator[Finding]:
    """A pickle that no pickler writes, or that breaks off.

    ## What it finds
    Streams that end early, opcodes without the values they need, unknown opcodes and memo entries, PROTO in the
    middle, calls of what is not callable, names that no module has, array files outside of the folder, and resource
    bombs.

    ## Why it matters
    An unpickler executes each opcode as it reads it: what stands before the break has already run. Broken streams
    have been used to make scanners give up before they report anything.

    ## Limits
    A file that was cut off in transfer looks the same.

    ## References
    - CWE-502: Deserialization of Untrusted Data
    - CWE-1284: Improper Validation of Specified Quantity in Input
    - MITRE ATLAS AML.T0011.000: Unsafe AI Artifacts
    """
    yield context.finding(part.where, part.message, facts=part.facts)


RULE = pickle_malformed
