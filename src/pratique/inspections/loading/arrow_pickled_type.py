from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Metadata
from pratique.formats.arrow_schema import PICKLED
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.HIGH,
    topics=("arrow-extension",),
    remedy="Do not read it with pyarrow before 14.0.1. Ask for the table without Python extension types.",
    references=("CWE-502", "AML.T0011.000"),
)
def arrow_pickled_type(part: Metadata, context: Context) -> Iterator[Finding]:
    """A column type that is a pickle.

    ## What it finds
    Columns of Arrow, Feather and Parquet files whose type is `arrow.py_extension_type`.

    ## Why it matters
    pyarrow 0.14.0 to 14.0.0 unpickles the type's metadata while it reads the schema: opening the table runs what the
    pickle
    says. Later versions refuse it.

    ## Limits
    Other extension types are only names, and silent.

    ## References
    - CVE-2023-47248; CWE-502: Deserialization of Untrusted Data; MITRE ATLAS AML.T0011.000: Unsafe AI Artifacts
    """
    value = part.value if isinstance(part.value, dict) else {}
    if value.get("extension") == PICKLED:
        yield context.finding(part.where, f"reading the type of column {value.get('column')!r} unpickles its metadata")


RULE = arrow_pickled_type
