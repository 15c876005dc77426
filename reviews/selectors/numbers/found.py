"""What the numbers of a programme and year consist of."""

from __future__ import annotations

from dataclasses import dataclass, field

from kpis.models.findings import RuleKind
from labs.models import Programme
from labs.rules.revised import Share
from reviews.rules import numbers as rules
from reviews.selectors.lessons import Tally
from reviews.selectors.numbers.lines import Line, lines


@dataclass(frozen=True)
class TierLine:
    """One tier: what ended there in the year, and how long disputes stayed that left it."""

    number: int
    settled: int = 0
    ruled: int = 0
    stays: rules.Spread = field(default_factory=rules.Spread)


@dataclass(frozen=True)
class Step:
    """From the first finding until ``code``: review, decision, revision."""

    code: str
    spread: rules.Spread


@dataclass(frozen=True)
class NoAction:
    """Reviews that ended with "no action" although rules of this kind had fired."""

    rule: str
    count: int

    @property
    def words(self) -> str:
        """The kind of rule in the language of the page."""
        return str(RuleKind(self.rule).label)


@dataclass(frozen=True)
class Numbers:
    """All numbers of one programme and fiscal year. Restricted cases are in them (fact 8)."""

    programme: Programme
    year: rules.Year
    opened: int
    withdrawn: int
    tiers: list[TierLine]
    rulings_at_top: int
    refused: int
    silent: int
    steps: list[Step]
    revised: Share
    lessons: list[Tally]
    reviews_closed: int
    no_action: int
    no_action_by_rule: list[NoAction]

    @property
    def settled(self) -> int:
        return sum(tier.settled for tier in self.tiers)

    @property
    def ruled(self) -> int:
        return sum(tier.ruled for tier in self.tiers)

    @property
    def withheld(self) -> int:
        return self.refused + self.silent

    @property
    def many_at_top(self) -> bool:
        return rules.many_at_top(self.rulings_at_top)

    @property
    def lines(self) -> list[Line]:
        """Every number one to a line, in the order of the page."""
        return lines(self)

    @property
    def asked(self) -> Tally:
        """Lessons asked for, of all kinds."""
        return self.lessons[-1]
