import re
from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Json, Metadata
from pratique.inspections.rule import Context, rule

MAX_STEPS = 1_000_000
PATH_KEYS = frozenset({"vocabulary", "filepath", "file_path", "url", "origin", "filename", "vocabulary_file"})
ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/|\\|~")  # a scheme or drive, an absolute path, a share, a home


@rule(
    severity=Severity.HIGH,
    topics=("keras-config",),
    remedy="Do not load it. Ask for the model with its vocabulary inside (`layer.get_vocabulary()`).",
    references=("CWE-918", "CWE-22", "CVE-2025-12058", "AML.T0011.000"),
)
def keras_external_file(part: Metadata, context: Context) -> Iterator[Finding]:
    """A Keras configuration that makes loading read another file or address.

    ## What it finds
    A text layer's `vocabulary`, or another argument that Keras opens, which is a URL, an absolute path, or a path that
    climbs out of its folder.

    ## Why it matters
    Loading opens it through TensorFlow's file systems, also in safe mode: local files end up in the model's state,
    and a URL makes the loader's machine send a request (CVE-2025-12058).

    ## Limits
    A plain relative name is taken as a file beside the model, and not reported.

    ## References
    - CVE-2025-12058; CWE-918: Server-Side Request Forgery; CWE-22: Path Traversal
    """
    for pointer, value in _paths(part.value):
        message = f"loading it opens {value[:200]!r}, which {pointer} names"
        yield context.finding(
            part.where, message, excerpt=value[:200], facts={"pointer": pointer, "opens": value[:200]}
        )


def _paths(value: Json) -> Iterator[tuple[str, str]]:
    """Pointer and text of each argument that names a file elsewhere."""
    pending: list[tuple[Json, str]] = [(value, "")]
    steps = 0
    while pending and steps < MAX_STEPS:
        node, pointer = pending.pop()
        steps += 1
        if isinstance(node, list):
            pending += [(child, f"{pointer}/{i}") for i, child in enumerate(node) if isinstance(child, dict | list)]
        elif isinstance(node, dict):
            for key, child in node.items():
                if isinstance(child, str) and key in PATH_KEYS and _elsewhere(child):
                    yield f"{pointer}/{key}", child
                elif isinstance(child, dict | list):
                    pending.append((child, f"{pointer}/{key}"))


def _elsewhere(path: str) -> bool:
    return bool(ELSEWHERE.match(path)) or ".." in path.replace("\\", "/").split("/")


RULE = keras_external_file
