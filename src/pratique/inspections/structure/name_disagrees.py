from collections.abc import Iterator

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule

# Extensions that more software uses than the formats which claim them: they claim nothing.
SHARED = frozenset({
    ".bin", ".cfg", ".ckpt", ".data", ".exe", ".index", ".ini", ".license", ".lite", ".log", ".meta", ".model", ".p",
    ".param", ".params", ".pb", ".plan", ".pt", ".pth", ".th", ".vocab", ".z",
})  # fmt: skip


@rule(
    severity=Severity.LOW,
    remedy="Ask the publisher why; rename the file after its content, and never let a tool choose a loader by its name.",
    references=("CWE-646",),
)
def name_disagrees(part: Member, context: Context) -> Iterator[Finding]:
    """A name that disagrees with the content.

    ## What it finds
    A file or member whose extension claims a format that its content is not: a script named `.safetensors`, an archive
    named `.png`, a GGUF file with another format's bytes.

    ## Why it matters
    People, policies and upload filters go by the name. Where the content can also execute, and the name says that it
    cannot, `structure/disguised-format` refuses it.

    ## Limits
    Extensions that many programs share (`.bin`, `.model`, `.pt`, `.pb` and others) claim nothing. An empty file
    disagrees with nothing. The finding alone holds nothing back: honest files are misnamed too.

    ## References
    - CWE-646: Reliance on File Name or Extension of Externally-Supplied File
    """
    facts = dict(part.facts)
    extension = facts.get("extension")
    if not facts.get("disagrees") or extension in SHARED or part.format == "empty":
        return
    if context.first(("name", part.where.path, part.where.members, part.where.offset)):
        content = "no reader knows its content" if part.format == "unknown" else f"its content is {part.format}"
        message = f"its name ends in {extension}, which claims {facts.get('claims')}, and {content}"
        yield context.finding(part.where, message, facts={"extension": extension, "content": part.format})


RULE = name_disagrees
