from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.formats.tensorflow_operators import CORE
from pratique.inspections.rule import Context, rule

# Namespaces of libraries that the TensorFlow project publishes itself (addons, io, text, decision forests,
# recommenders).
KNOWN_LIBRARIES = ("Addons>", "IO>", "TFText>", "TFR>", "SimpleML", "Tfds>", "Fast>", "TFLite_", "_")


@rule(
    severity=Severity.MEDIUM,
    topics=("tensorflow",),
    remedy=(
        "Find out which library provides the operator, and admit that library first; or ask for a model without it."
    ),
    references=("CWE-829", "AML.T0010"),
)
def tensorflow_custom_operator(part: Operator, context: Context) -> Iterator[Finding]:
    """A TensorFlow operator that needs a foreign native library.

    ## What it finds
    Operators that neither TensorFlow (1.15 to 2.21), nor its sister libraries, nor a function of the model itself
    defines.

    ## Why it matters
    To load such a model one has to call `tf.load_op_library` on a shared library from somewhere, which runs as you.

    ## Limits
    One finding for each operator and file. Operators that TensorFlow removed before 1.15 look the same.

    ## References
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    if part.type in CORE or part.type.startswith(KNOWN_LIBRARIES) or dict(part.attributes).get("defined"):
        return
    seen: set[tuple[str, str]] = context.once("tensorflow-custom-operator", set)
    key = (str(part.where.path) + "!".join(part.where.members), part.type)
    if key in seen:
        return
    seen.add(key)
    message = f"the operator {part.type} is not TensorFlow's; it needs a native library"
    yield context.finding(part.where, message, facts={"operator": part.type})


RULE = tensorflow_custom_operator
