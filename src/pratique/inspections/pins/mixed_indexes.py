from collections.abc import Iterator

from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule
from pratique.pins.indexes import PUBLIC


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Give each private package one index: uv's `explicit = true`, Poetry's `priority = \"explicit\"`, or a proxy index.",
    references=("CWE-427", "CWE-829", "ML06:2023"),
)
def mixed_indexes(part: Member, context: Context) -> Iterator[Finding]:
    """Packages that are looked for in several indexes at once.

    ## What it finds
    `--extra-index-url`, further Pipenv sources, uv's `index-strategy = "unsafe-…"`, and indexes of uv and Poetry that are not
    bound to packages. Known public wheel hosts (PyTorch, NVIDIA, JAX) are told as LOW, and so is a file in which every
    package has a hash, since the hash decides then.

    ## Why it matters
    Installers take the highest version from any index. Whoever registers a private package's name on the public one wins
    (dependency confusion; torchtriton reached PyTorch's nightly users this way in December 2022).

    ## Limits
    Whether a private package's name is free on the public index is not asked here: see `pins/confusable-name`.

    ## References
    - CWE-427: Uncontrolled Search Path Element
    - CWE-829: Inclusion of Functionality from Untrusted Control Sphere
    - OWASP ML06:2023: AI Supply Chain Attacks
    """
    for file in context.pins.files():
        hashed = bool(file.pins) and all(pin.hashes for pin in file.pins)
        for option in file.options:
            unsafe = option.name == "index-strategy" and option.value.startswith("unsafe")
            if option.name != "extra-index-url" and not unsafe:
                continue
            known = hashed or bool(PUBLIC.match(option.value))
            yield context.finding(
                file.place(option.line),
                f"packages are looked for in several indexes: {option.name} {option.value}"[:300],
                severity=Severity.LOW if known else Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
            )


RULE = mixed_indexes
