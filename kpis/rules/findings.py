"""A finding: one firing of a rule, with the numbers that show it.

Public names::

    Evidence                                   plain text, numbers, lists and dicts of them
    Finding(period: Period, evidence: Evidence)
    may_open(finding, *, effect_from, rule_from, backfilled=frozenset()) -> bool
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from kpis.rules.periods import Period
from kpis.rules.portfolio import Evidence

__all__ = ["Evidence", "Finding", "may_open"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One firing of a rule: the period where it completes, and the numbers that show it."""

    period: Period
    evidence: Evidence


def may_open(
    finding: Finding,
    *,
    effect_from: date | None,
    rule_from: date,
    backfilled: Set[Period] = frozenset(),
) -> bool:
    """Whether a finding may open a deviation (fact 2).

    Not when its period starts before the KPI takes effect (None: at once), ended
    before the rule was switched on, or was loaded as history.
    """
    period = finding.period
    if effect_from is not None and period.start < effect_from:
        return False
    return period.end >= rule_from and period not in backfilled
