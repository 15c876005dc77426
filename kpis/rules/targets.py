"""Targets and tolerances: what is asked of a period, and how much may be missing.

Public names::

    DIRECTIONS = ("increase", "decrease", "hold", "context")
    Target(value=None, low=None, high=None, baseline=None)
                                                  value for increase/decrease, low and high for hold
        .edges -> (Fraction, Fraction)
    Tolerances(on_track_from=0.9, at_risk_from=0.5, on_track_within=1, at_risk_within=10)
    TargetRefused, TolerancesRefused (Refused)

What the tolerances mean is told in kpis/rules/progress.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from ledger.rules.errors import Refused

Direction = Literal["increase", "decrease", "hold", "context"]

DIRECTIONS: tuple[Direction, ...] = ("increase", "decrease", "hold", "context")


class TargetRefused(Refused):
    """A target that says nothing clear for its KPI's direction."""

    code = "target"


class TolerancesRefused(Refused):
    """Tolerances that would call a worse value better."""

    code = "tolerances"


@dataclass(frozen=True, slots=True)
class Target:
    """What is required of a period: one value, or a range with both ends included.

    ``baseline`` is where the way to this target starts, if one was set with it.
    """

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    baseline: Decimal | None = None

    def __post_init__(self) -> None:
        if self.value is not None and (self.low is not None or self.high is not None):
            raise TargetRefused("Give one target value or a range, not both.")
        if self.value is None and (self.low is None or self.high is None):
            raise TargetRefused("Give a target value, or both ends of a range.")
        if self.low is not None and self.high is not None and self.high < self.low:
            raise TargetRefused("The upper end of the range is below its lower end.")

    @property
    def edges(self) -> tuple[Fraction, Fraction]:
        """Lower and upper end; the same number twice for a single value."""
        if self.value is not None:
            return Fraction(self.value), Fraction(self.value)
        assert self.low is not None
        assert self.high is not None
        return Fraction(self.low), Fraction(self.high)


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Shares of the way (0 to 1) and per cents of the target; see the module's text."""

    on_track_from: Decimal = Decimal("0.9")
    at_risk_from: Decimal = Decimal("0.5")
    on_track_within: Decimal = Decimal(1)
    at_risk_within: Decimal = Decimal(10)

    def __post_init__(self) -> None:
        if not 0 <= self.at_risk_from <= self.on_track_from <= 1:
            raise TolerancesRefused(
                "Let at risk start no later than on track, both from 0 to 1 of the way."
            )
        if not 0 <= self.on_track_within <= self.at_risk_within <= 100:
            raise TolerancesRefused(
                "Let on track allow no more than at risk, both from 0 to 100 per cent."
            )
