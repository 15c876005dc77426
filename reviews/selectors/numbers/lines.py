"""The same numbers one to a line, for files and other programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviews.rules import numbers as rules

if TYPE_CHECKING:
    from reviews.selectors.numbers.found import Numbers  # it holds these lines


@dataclass(frozen=True, slots=True)
class Line:
    """``value`` in digits, empty where too few cases are known; ``n``: of how many cases.

    ``part``: the tier, the kind, the rule; empty for the whole.
    """

    code: str
    part: str
    unit: str
    value: str
    n: int | None = None


def lines(found: Numbers) -> list[Line]:
    """Every number of a programme and year, in the order of the page."""
    return [
        _count("disputes_opened", found.opened),
        _count("disputes_settled", found.settled),
        _count("disputes_ruled", found.ruled),
        _count("disputes_withdrawn", found.withdrawn),
        _count("rulings_at_top", found.rulings_at_top),
        *_tiers(found),
        _count("information_refused", found.refused),
        _count("information_silent", found.silent),
        *(
            line
            for step in found.steps
            for line in _spread(f"deviation_to_{step.code}", "", step.spread)
        ),
        _count("plans_in_force", found.revised.plans),
        _count("plans_revised", found.revised.revised),
        _count("reviews_closed", found.reviews_closed),
        _count("reviews_no_action", found.no_action),
        *(_count("reviews_no_action", row.count, row.rule) for row in found.no_action_by_rule),
        *_lessons(found),
    ]


def _tiers(found: Numbers) -> list[Line]:
    return [
        line
        for tier in found.tiers
        for line in (
            _count("disputes_settled", tier.settled, str(tier.number)),
            _count("disputes_ruled", tier.ruled, str(tier.number)),
            *_spread("days_at_tier", str(tier.number), tier.stays),
        )
    ]


def _lessons(found: Numbers) -> list[Line]:
    return [
        _count(f"lessons_{name}", count, tally.kind)
        for tally in found.lessons
        for name, count in (
            ("asked", tally.asked),
            ("answered", tally.lessons),
            ("nothing_new", tally.nothing_new),
            ("open", tally.open),
        )
    ]


def _count(code: str, value: int, part: str = "") -> Line:
    return Line(code, part, "count", str(value))


def _spread(code: str, part: str, spread: rules.Spread) -> list[Line]:
    return [
        Line(code, part, "median calendar days", rules.written(spread.days), spread.n),
        Line(code, part, "median working days", rules.written(spread.working_days), spread.n),
    ]
