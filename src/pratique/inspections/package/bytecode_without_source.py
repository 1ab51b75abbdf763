import re
from collections.abc import Iterator

from pratique.code.bytecode import ACTING, Symbols
from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member, Scalar
from pratique.inspections.rule import Context, rule

ADDRESS = re.compile(r"\b(?:https?|wss?|ftp)://[\w.:@\[\]-]{3,200}")
MAX_ADDRESSES = 10
FEW_NAMES = 12  # a loader names little else; modules with a purpose name more
DECODING = frozenset(
    {"b64decode", "b85decode", "b32decode", "a85decode", "unhexlify", "marshal", "decompress", "fromhex"}
)
FETCHING = frozenset({"urlopen", "urlretrieve", "requests", "httpx", "aiohttp", "socket"})


@rule(
    severity=Severity.HIGH,
    topics=("package-end",),
    remedy="Ask for a release with its sources, or build it from them.",
    references=("CWE-506", "CWE-912", "AML.T0010"),
    version=2,
)
def bytecode_without_source(part: Member, context: Context) -> Iterator[Finding]:
    """Compiled Python whose source is not there.

    ## What it finds
    A `.pyc` file beside which, or above whose `__pycache__`, there is no source of the same name. Of Python 3.8 to 3.14 its
    instructions are read back as text and followed as source is, so what it executes, sends or hides is reported by the rules of
    `package/`, at `(read back)`. It is itself HIGH for a loader: `exec` or `eval`, a decoder or a download, and few names else.

    ## Why it matters
    Python imports it all the same, and nobody can read what it does.

    ## Limits
    What is read back leaves out branches and loops, and is not the source. Of other versions only names and constants are told.

    ## References
    - CWE-506: Embedded Malicious Code
    - CWE-912: Hidden Functionality
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    """
    for where, source in context.package.lone_bytecode():
        symbols = context.package.bytecode.symbols.get((where.path, *where.members))
        message = f"it is imported, and its source {source} is not there"
        facts: dict[str, Scalar] = {"source": source}
        severity = Severity.MEDIUM
        if symbols is not None:
            acting = sorted(ACTING.intersection((*symbols.names, *symbols.strings)))
            hosts = sorted({m[0] for text in symbols.strings for m in ADDRESS.finditer(text)})[:MAX_ADDRESSES]
            message += f"; it names {', '.join(acting)}" if acting else ""
            message += f"; it holds {', '.join(hosts)}" if hosts else ""
            facts |= {"names": ",".join(acting), "addresses": ",".join(hosts), "python": symbols.version}
            severity = _severity(symbols)
        yield context.finding(where, message, facts=facts, severity=severity)


def _severity(symbols: Symbols) -> Severity:
    """HIGH for bytes that bring a program of their own: decoded and unmarshalled, or fetched, and executed, and little else."""
    names = set(symbols.names)
    executes = names & {"exec", "eval"} or {"FunctionType", "CodeType"} <= names
    brings = names & DECODING or names & FETCHING
    return Severity.HIGH if executes and brings and len(names) <= FEW_NAMES else Severity.MEDIUM


RULE = bytecode_without_source
