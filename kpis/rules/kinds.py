"""What each kind of KPI may measure and how its values may be put together.

Public names::

    KINDS                                       "number", "percentage", … as the models name them
    MILESTONE_UNIT                              the unit of a KPI that is done or not done
    fitting_over_periods(kind) -> str           how a year's values become the year's, unless said otherwise
    definition_problems(facts: Facts) -> dict[str, str]      field -> code of what does not hold
    value_problem(kind, comparator, numbers, is_share=False) -> str | None     a code, None when it can be

Only what cannot be is refused: a count of 1.5, a milestone of 0.3, a rank of 0, an average of
ratios. A percentage may lie outside 0 to 100 (growth does) unless its parts are shares of a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NUMBER, PERCENTAGE, RATIO, COUNT = "number", "percentage", "ratio", "count"
MILESTONE, SCORE, RANK = "milestone", "score", "rank"
KINDS = (NUMBER, PERCENTAGE, RATIO, COUNT, MILESTONE, SCORE, RANK)
MILESTONE_UNIT = "done / not done"

# What may be done with the values of each kind. A ratio is never averaged: its numerators and
# denominators are summed. Scores and ranks have no sum; a percentage has none either.
OVER_PERIODS: dict[str, frozenset[str]] = {
    NUMBER: frozenset({"", "latest", "sum", "average", "cumulative"}),
    PERCENTAGE: frozenset({"", "latest", "average"}),
    RATIO: frozenset({"", "latest", "ratio_of_sums", "cumulative"}),
    COUNT: frozenset({"", "latest", "sum", "average", "cumulative"}),
    MILESTONE: frozenset({"", "latest"}),
    SCORE: frozenset({"", "latest", "average"}),
    RANK: frozenset({"", "latest"}),
}
OVER_PARTS: dict[str, frozenset[str]] = {
    NUMBER: frozenset({"", "sum", "average"}),
    PERCENTAGE: frozenset({"", "average"}),
    RATIO: frozenset({"", "ratio_of_sums"}),
    COUNT: frozenset({"", "sum", "average"}),
    MILESTONE: frozenset({""}),
    SCORE: frozenset({"", "average"}),
    RANK: frozenset({""}),
}
_FITTING = {RATIO: "ratio_of_sums", COUNT: "sum"}
# A composite is a number of its own; it has no numerator, is not counted and not placed.
COMPOSABLE = frozenset({NUMBER, PERCENTAGE, SCORE})


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a definition decides whether its parts fit each other."""

    kind: str
    direction: str
    scale: int
    over_periods: str
    over_parts: str
    parts_check: str
    composition: str


def fitting_over_periods(kind: str) -> str:
    """A ratio's year is the ratio of its sums, a count's the sum, anything else's the latest value."""
    return _FITTING.get(kind, "latest")


def definition_problems(facts: Facts) -> dict[str, str]:
    """Fields that do not fit the kind, each with a code; empty when all of it holds."""
    found: dict[str, str] = {}
    if facts.over_periods not in OVER_PERIODS[facts.kind]:
        found["over_periods"] = "over_periods"
    if facts.over_parts not in OVER_PARTS[facts.kind]:
        found["over_parts"] = "over_parts"
    if facts.kind != RATIO and facts.scale != 1:
        found["scale"] = "scale_of_ratio"
    if facts.kind == MILESTONE and facts.direction == "range":
        found["direction"] = "milestone_range"
    if facts.composition and facts.kind not in COMPOSABLE:
        found["composition"] = "composite_kind"
    if facts.parts_check == "total" and not facts.over_parts:
        found["parts_check"] = "how_parts_make_the_total"
    if facts.parts_check == "hundred" and not _is_of_hundred(facts):
        found["parts_check"] = "shares_of_hundred"
    return found


def _is_of_hundred(facts: Facts) -> bool:
    return facts.kind == PERCENTAGE or (facts.kind == RATIO and facts.scale == 100)


def value_problem(
    kind: str, comparator: str, numbers: Iterable[Decimal | None], is_share: bool = False
) -> str | None:
    """The code of why a value of this kind cannot be, or None.

    ``numbers``: the value and, of a range, its upper end. ``is_share``: the definition
    says that the values are shares of a whole, of which each lies from 0 to 100.
    """
    if kind == NUMBER and not is_share:
        return None
    given = [number for number in numbers if number is not None]
    if is_share and not all(0 <= number <= 100 for number in given):
        return "share"
    if kind == MILESTONE and (comparator != "=" or any(n not in (0, 1) for n in given)):
        return "milestone"
    if kind == COUNT and not all(_is_whole(number) and number >= 0 for number in given):
        return "count"
    if kind == RANK and not all(_is_whole(number) and number >= 1 for number in given):
        return "rank"
    return None


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()
