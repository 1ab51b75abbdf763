import re
from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Code
from pratique.inspections.rule import Context, rule

# What torch's printer writes (torch/_export/serde/serialize.py, `sympy_functions`; sympy's own node types).
FUNCTIONS = frozenset(
    {
        "Symbol", "Integer", "Rational", "Float", "Add", "Mul", "Pow", "Max", "Min", "Mod", "Abs", "And", "Or", "Not", "Xor", "Eq",
        "Ne", "Lt", "Le", "Gt", "Ge", "Piecewise", "floor", "ceiling", "sqrt", "log", "exp", "FloorDiv", "ModularIndexing",
        "Where", "PythonMod", "CleanDiv", "CeilToInt", "FloorToInt", "CeilDiv", "LShift", "RShift", "PowByNatural", "FloatPow",
        "FloatTrueDiv", "IntTrueDiv", "IsNonOverlappingAndDenseIndicator", "TruncToFloat", "TruncToInt", "RoundToInt",
        "RoundDecimal", "ToFloat", "Identity", "Equality", "Unequality", "StrictLessThan", "LessThan", "StrictGreaterThan",
        "GreaterThan",
    }
)  # fmt: skip
FAMILIES = ("OpaqueUnaryFn_", "BitwiseFn_")
TOKEN = re.compile(
    r"\s+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|(?P<name>[A-Za-z_]\w*)(?P<call>\s*\()?|'(?:[A-Za-z_]\w*|[-+.\deE]+)'|[-+*/%()<>=!&|~,]"
)
CONSTANTS = frozenset({"True", "False", "oo", "int_oo", "zoo", "nan", "pi", "E"})
SYMBOL = re.compile(r"[A-Za-z_]{1,16}\d+")
OPTION = re.compile(
    r"\b(?:positive|integer|negative|nonnegative|real|finite|evaluate|precision)\s*=\s*(?:True|False|\d+)"
)


@rule(
    severity=Severity.CRITICAL,
    topics=("sympy",),
    remedy="Do not load it. Ask for the weights in safetensors and export the program yourself.",
    references=("CWE-95", "AML.T0011.000"),
)
def export_expression(part: Code, context: Context) -> Iterator[Finding]:
    """A shape expression of an exported program that is Python.

    ## What it finds
    Expressions of a `torch.export` archive (`expr_str`) that hold more than numbers, symbols, operators and the functions that
    torch writes: attributes, indexing, texts, other calls.

    ## Why it matters
    `torch.export.load` gives them to `sympy.sympify`, which evaluates them as Python: what they call runs while the file is loaded.

    ## Limits
    It does not check that the expression means what the graph needs.

    ## References
    - CWE-95: Improper Neutralization of Directives in Dynamically Evaluated Code ('Eval Injection')
    - MITRE ATLAS AML.T0011.000: User Execution: Unsafe AI Artifacts
    """
    foreign = _foreign(OPTION.sub("", part.source))
    if foreign:
        message = f"loading it evaluates an expression with {foreign!r} in it as Python"
        yield context.finding(part.where, message, excerpt=part.source, facts={"foreign": foreign})


def _foreign(expression: str) -> str:
    """The first piece that no shape expression has, or nothing."""
    at = 0
    while at < len(expression):
        match = TOKEN.match(expression, at)
        if match is None:
            return expression[at : at + 20]
        name = match["name"]
        if name and not _is_of_shapes(name, called=bool(match["call"])):
            return name[:80]
        at = match.end()
    return ""


def _is_of_shapes(name: str, *, called: bool) -> bool:
    if called:
        return name in FUNCTIONS or (name.startswith(FAMILIES) and not name.endswith("__"))
    return name in CONSTANTS or SYMBOL.fullmatch(name) is not None


RULE = export_expression
