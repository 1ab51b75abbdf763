"""How a rule is written: one decorated function in one file.

The annotation of `part` is the subscription, the docstring the page that `pratique explain` prints
(sections `What it finds`, `Why it matters`, `Limits`, `References`). The id is `group/file-name`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from pratique.advisories.vex import Answer, Statements
from pratique.code.package import Package
from pratique.domain.advisory import Advisories, Advisory
from pratique.domain.artifact import ArtifactMember, Published
from pratique.domain.finding import EXCERPT_LIMIT_BYTES, Confidence, Evidence, Finding, Measure, Severity
from pratique.domain.locator import Locator
from pratique.domain.part import Facts, Part, Scalar
from pratique.domain.release import Answers
from pratique.pins.collect import Pins

Check = Callable[[Any, "Context"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with what the report says of it."""

    id: str
    severity: Severity
    subjects: tuple[str, ...]  # part type names
    topics: tuple[str, ...]  # all when empty
    check: Check
    page: str
    remedy: str
    references: tuple[str, ...]
    version: int

    @property
    def title(self) -> str:
        return self.page.strip().splitlines()[0].rstrip(".")


def rule(
    *,
    severity: Severity,
    remedy: str,
    topics: tuple[str, ...] = (),
    references: tuple[str, ...] = (),
    version: int = 1,
) -> Callable[[Check], Rule]:
    """Make a `Rule` of a function `(part: PartType, context: Context) -> Iterator[Finding]`.

    Do not use `from __future__ import annotations` in a rule module: the annotation must be the class itself.
    """

    def decorate(check: Check) -> Rule:
        annotation = check.__annotations__["part"]
        types = get_args(annotation) or (annotation,)
        group, _, name = check.__module__.rpartition(".")
        return Rule(
            id=f"{group.rpartition('.')[2]}/{name.replace('_', '-')}",
            severity=severity,
            subjects=tuple(t.__name__ for t in types),
            topics=topics,
            check=check,
            page=check.__doc__ or "",
            remedy=remedy,
            references=references,
            version=version,
        )

    return decorate


@dataclass(frozen=True, slots=True)
class Before:
    """What was seen of the release before."""

    reference: str
    package: Package
    pins: Pins
    published: tuple[Published, ...] | None = None


@dataclass(slots=True)
class Surroundings:
    """What a rule may know of the artifact beside the part: its files, and bounded text of one of them."""

    artifact: str
    members: dict[str, ArtifactMember]
    read_text: Callable[[str], str | None]
    memo: dict[object, Any] = field(default_factory=dict)
    package: Package = field(default_factory=Package)
    pins: Pins = field(default_factory=Pins)
    advisories: Advisories | None = None
    statements: Statements | None = None
    before: Before | None = None
    published: tuple[Published, ...] | None = None
    answers: Answers | None = None
    today: datetime | None = None
    cooldown_days: int | None = None
    day: str = ""  # `today`, where something is known whose age is counted


class Context:
    """Handed to a rule for one part: the only way to make a finding."""

    __slots__ = ("_rule", "_surroundings")

    def __init__(self, rule: Rule, surroundings: Surroundings) -> None:
        self._rule = rule
        self._surroundings = surroundings

    def finding(
        self,
        where: Locator,
        message: str,
        *,
        confidence: Confidence = Confidence.HIGH,
        excerpt: str = "",
        facts: Facts | dict[str, Scalar] = (),
        also: tuple[Evidence, ...] = (),
        remedy: str | None = None,
        measure: Measure | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of the rule. `severity` can only be lower than the rule's: it says that this case is less grave."""
        pairs = tuple(sorted(facts.items())) if isinstance(facts, dict) else facts
        return Finding(
            rule=self._rule.id,
            severity=min(severity, self._rule.severity) if severity is not None else self._rule.severity,
            confidence=confidence,
            message=message,
            remedy=remedy or self._rule.remedy,
            evidence=(Evidence(where, clip(excerpt), pairs), *also),
            references=self._rule.references,
            artifact=self._surroundings.artifact,
            measure=measure,
        )

    @property
    def package(self) -> Package:
        """The Python sources that were read so far: all of them, at the part `package-end`."""
        return self._surroundings.package

    @property
    def pins(self) -> Pins:
        """The requirement and lock files that were read so far: all of them, at the part `pins-end`."""
        return self._surroundings.pins

    @property
    def advisories(self) -> Advisories | None:
        """What is publicly known of releases, if an import is installed."""
        return self._surroundings.advisories

    def answer(self, advisory: Advisory, ecosystem: str, name: str, version: str) -> Answer | None:
        """What the user's OpenVEX documents say of an advisory and a release."""
        said = self._surroundings.statements
        return said.answer(advisory, ecosystem, name, version) if said is not None else None

    @property
    def answers(self) -> Answers | None:
        """What a package index said of pinned releases, if it was asked."""
        return self._surroundings.answers

    @property
    def today(self) -> datetime | None:
        """The beginning of the day of the inspection (UTC), if it may count."""
        return self._surroundings.today

    @property
    def cooldown_days(self) -> int | None:
        """How many days old the user wants releases to be; None where nothing was said."""
        return self._surroundings.cooldown_days

    @property
    def before(self) -> Before:
        """The release that this one is compared with. There is one at the part `changes-end`, and only there."""
        assert self._surroundings.before is not None  # noqa: S101 - the engine asks these rules only with one
        return self._surroundings.before

    @property
    def published(self) -> tuple[Published, ...] | None:
        """Who published each file of the release, as its index proves or claims; None where no index was asked."""
        return self._surroundings.published

    @property
    def members(self) -> dict[str, ArtifactMember]:
        """The artifact's files by path."""
        return self._surroundings.members

    def read_text(self, path: str) -> str | None:
        """The text of a file of the artifact (at most 1 MiB, UTF-8), or None."""
        return self._surroundings.read_text(path)

    def once(self, key: object, compute: Callable[[], Any]) -> Any:
        """`compute()`, remembered under `key` for the whole inspection, so that rules share an analysis."""
        memo = self._surroundings.memo
        if key not in memo:
            memo[key] = compute()
        return memo[key]

    def first(self, key: object) -> bool:
        """Whether this rule has not been asked for `key` before: to say a thing once for an artifact."""
        seen: set[object] = self.once((self._rule.id, "seen"), set)
        if key in seen:
            return False
        seen.add(key)
        return True


def clip(text: str, limit_bytes: int = EXCERPT_LIMIT_BYTES) -> str:
    """`text` with control characters escaped, cut to `limit_bytes` bytes of UTF-8."""
    clean = "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text[: limit_bytes * 2])
    data = clean.encode("utf-8", "replace")
    if len(data) <= limit_bytes:
        return data.decode("utf-8")
    return data[: limit_bytes - 3].decode("utf-8", "ignore") + "…"


def parts_of(rule: Rule, part: Part) -> bool:
    """Whether `rule` asked for `part`."""
    return type(part).__name__ in rule.subjects and (not rule.topics or part.topic in rule.topics)
