from collections.abc import Iterator

from pratique.code import sensitive
from pratique.code.built import is_source_of
from pratique.code.calls import Site
from pratique.code.changed import changed_modules, new_sites
from pratique.domain.finding import Confidence, Finding, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Member
from pratique.inspections.rule import Context, rule


@rule(
    severity=Severity.MEDIUM,
    topics=("changes-end",),
    remedy="Read the line in the repository's history. If no commit there adds it, the release was not built from it.",
    references=("CWE-506", "ML06:2023", "AML.T0010", "LLM03:2025"),
)
def new_call(part: Member, context: Context) -> Iterator[Finding]:
    """A call that the release before did not make.

    ## What it finds
    Call sites that execute, start a process, reach the network, decode, or read credentials, in modules that changed, at the
    line of the new release. One that runs on import or installation and starts, executes or sends weighs MEDIUM; others are told,
    and so are those of what builds a wheel, between the wheel and its own source archive.

    ## Why it matters
    A compromised release is its forerunner with a few lines more. They are here.

    ## Limits
    Calls are compared by their text, formatting aside: one that is changed in any other way is new. A call with a new argument made
    elsewhere is not; the rules of `package/` follow those.

    ## References
    - CWE-506: Embedded Malicious Code
    - OWASP ML06:2023: AI Supply Chain Attacks
    - MITRE ATLAS AML.T0010: AI Supply Chain Compromise
    - OWASP LLM03:2025: Supply Chain
    """
    source = is_source_of(context.package, context.before.package)
    for module, old in changed_modules(context.before.package, context.package):
        known = old is not None or (module.role != "module" and not (source and module.role != "startup"))
        for site in new_sites(module, old):
            by_itself = (site.at_import and not site.by_publisher) and _grave(site)
            weight = Severity.MEDIUM if by_itself and known else Severity.LOW
            where = module.where
            when = "when it is imported or installed" if site.at_import else "when it is called"
            yield context.finding(
                Locator(where.path, where.members, site.offset, line=site.line, pointer=where.pointer),
                f"new since {context.before.reference}: {site.name.removeprefix('builtins.')} {when}",
                severity=weight,
                confidence=Confidence.MEDIUM,
                excerpt=site.text,
                facts={"callable": site.name, "at_import": site.at_import},
            )


def _grave(site: Site) -> bool:
    executes = site.name in sensitive.EXECUTE and site.name not in sensitive.PATH_EXECUTORS
    return executes or sensitive.is_process(site.name) or sensitive.is_send(site.name)


RULE = new_call
