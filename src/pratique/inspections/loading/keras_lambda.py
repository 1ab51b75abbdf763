from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Code
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("python-bytecode",),
    remedy="Do not load it, and never with `safe_mode=False`. Ask for the model without Lambda layers.",
    references=("CWE-502", "CWE-94", "CVE-2024-3660", "CVE-2025-9905", "AML.T0011.000", "ML06:2023"),
)
def keras_lambda(part: Code, context: Context) -> Iterator[Finding]:
    """Python bytecode in a Keras configuration.

    ## What it finds
    A function stored as marshalled bytecode: a `Lambda` layer of Keras 2, or `__lambda__` of Keras 3, at any depth of
    the configuration.

    ## Why it matters
    Loading unmarshals the bytecode, and runs it when the layer is built or called. Keras 3 refuses it in safe mode,
    but read legacy HDF5 files without that check (CVE-2025-9905), and Keras 2 had none (CVE-2024-3660).

    ## Limits
    The bytecode is not disassembled. A function that is only named is an import, and is judged as one.

    ## References
    - CVE-2024-3660, CVE-2025-9905; CWE-502: Deserialization of Untrusted Data; CWE-94: Code Injection
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts; OWASP ML06:2023 AI Supply Chain Attacks
    """
    if part.role == "lambda":
        yield context.finding(
            part.where,
            f"the model's configuration holds Python bytecode at {part.where.pointer}: {part.source}",
            facts={"pointer": part.where.pointer or "", "role": part.role},
        )


RULE = keras_lambda
