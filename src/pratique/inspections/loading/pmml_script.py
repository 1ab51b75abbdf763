from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata, Operator
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("pmml", "pmml-script"),
    remedy="Read the script or the class, or ask for a model that uses PMML's own functions only.",
    references=("CWE-94", "CWE-829"),
)
def pmml_script(part: Metadata | Operator, context: Context) -> Iterator[Finding]:
    """A PMML model that brings a script or calls a Java class.

    ## What it finds
    Script text in extensions, and `Apply` functions that are named like a Java class.

    ## Why it matters
    Evaluators with script support run the text; JPMML loads the class by its name and calls it.

    ## Limits
    Whether the evaluator supports it is not known.

    ## References
    - https://github.com/jpmml/jpmml-evaluator: "Java-backed functions"; CWE-94: Code Injection; CWE-829: Inclusion of
      Functionality from Untrusted Control Sphere
    """
    if isinstance(part, Operator):
        *package, name = part.type.split(".")
        if package and name[:1].isupper() and all(p.isidentifier() for p in (*package, name)):
            yield context.finding(part.where, f"the function {part.type!r} is a class that the evaluator loads")
        return
    value = part.value if isinstance(part.value, dict) else {}
    yield context.finding(
        part.where, f"a {value.get('element')!r} element holds a script", excerpt=str(value.get("text"))
    )


RULE = pmml_script
