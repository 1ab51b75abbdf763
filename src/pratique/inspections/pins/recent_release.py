from collections.abc import Iterator
from datetime import datetime, timedelta

from pratique.domain.finding import Finding, Severity
from pratique.domain.part import Member
from pratique.inspections.asked import Asked, by_file, named, releases, uploaded
from pratique.inspections.rule import Context, rule

COOLDOWN_DAYS = 7


@rule(
    severity=Severity.MEDIUM,
    topics=("pins-end",),
    remedy="Wait until others have looked at it, or pin the release before; if it mends something urgent, waive this with that.",
    references=("CWE-1357", "ML06:2023", "LLM03:2025"),
)
def recent_release(part: Member, context: Context) -> Iterator[Finding]:
    """A release that was uploaded a short while ago.

    ## What it finds
    Releases with a file that was uploaded less than the cool-down ago, by the time that a lock records (uv, `pylock.toml`) or that
    the index tells. Without `cooldown_days` it is 7 days and told (LOW). With `--cooldown-days N` it weighs MEDIUM, and so does a
    release whose age nobody tells. One finding for a file names how many and the first of them.

    ## Why it matters
    Most malicious releases are found and removed within days, and hit whoever installs on the first.

    ## Limits
    Days are counted to the beginning of today (UTC), so that a release is recent for up to a day longer. A lock's times are its
    author's word, an index's times the index's. Waiting also delays fixes of vulnerabilities: `advisories/known-vulnerable` says
    when not to.

    ## References
    - CWE-1357: Reliance on Insufficiently Trustworthy Component
    - OWASP ML06:2023: AI Supply Chain Attacks
    - OWASP LLM03:2025: Supply Chain
    """
    today, set_days = context.today, context.cooldown_days
    days = COOLDOWN_DAYS if set_days is None else set_days
    if today is None or days == 0:
        return
    since = today - timedelta(days=days)
    severity = Severity.LOW if set_days is None else Severity.MEDIUM
    for group in by_file(releases(context)):
        recent = [asked for asked in group if _after(asked, since)]
        unknown = [asked for asked in group if set_days and _of_unknown_age(asked)]
        said = [f"uploaded less than {days} days ago: {named(recent)}"] if recent else []
        said += [f"nobody tells when it was uploaded: {named(unknown)}"] if unknown else []
        if said:
            yield context.finding(
                (recent or unknown)[0].place,
                "; ".join(said),
                severity=severity,
                remedy=None if recent else "Ask an index that tells upload times: --ask-index.",
                facts={"recent": len(recent), "of_unknown_age": len(unknown)},
            )


def _of_unknown_age(asked: Asked) -> bool:
    """Of a release that a file pins, or that the index was asked about."""
    return (asked.file is not None or asked.release is not None) and uploaded(asked) is None


def _after(asked: Asked, since: datetime) -> bool:
    at = uploaded(asked)
    return at is not None and at > since


RULE = recent_release
