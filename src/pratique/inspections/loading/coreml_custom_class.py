from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Operator
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("coreml",),
    remedy="Find out which library provides the class, and admit that library first; or ask for a model without it.",
    references=("CWE-829", "AML.T0010"),
)
def coreml_custom_class(part: Operator, context: Context) -> Iterator[Finding]:
    """A Core ML model that needs a class of the application.

    ## What it finds
    Custom models, custom layers, and serialized models inside a Core ML model.

    ## Why it matters
    Core ML looks the named class up in the process and runs it: the model does not work without somebody's code.

    ## Limits
    It does not know what the class would do.

    ## References
    - Apple: "Creating and Integrating a Model with Custom Layers"; CWE-829: Inclusion of Functionality from Untrusted
      Control Sphere; MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    if part.domain != "custom":
        return
    kind = dict(part.attributes).get("kind")
    yield context.finding(part.where, f"the custom {kind} runs the class {part.type!r}", facts={"class": part.type})


RULE = coreml_custom_class
