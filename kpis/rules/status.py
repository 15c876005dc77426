"""The one word that a series shows on boards and lists.

Public names::

    STATUSES = ("off_track", "missing", "at_risk", "indeterminate",
                "not_due", "no_target", "on_track", "context")       most pressing first
    Summary(key, period: Period | None, missing: tuple[Period, ...])
    summarise(*, direction, latest: Latest | None, missing: Sequence[Period], has_target=True) -> Summary
    Latest(period, judgement)       the newest complete period that has a live reading
    most_pressing(keys: Iterable[str]) -> str | None

The newest period that is due decides. If its value is missing, the series is
"missing", however well an older period went. "not_due" means that there is no
reading yet and none is late, or that the KPI has not come into effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpis.rules.periods import Period
from kpis.rules.progress import Judgement

STATUSES = (
    "off_track",
    "missing",
    "at_risk",
    "indeterminate",
    "not_due",
    "no_target",
    "on_track",
    "context",
)


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest complete period with a live reading, and the verdict on it."""

    period: Period
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Summary:
    """The status word, the period it speaks of, and every period still missing."""

    key: str
    period: Period | None
    missing: tuple[Period, ...] = ()


def summarise(
    *, direction: str, latest: Latest | None, missing: Sequence[Period], has_target: bool = True
) -> Summary:
    """The status of a series.

    ``missing`` are the periods past their due date without a value. ``has_target``
    False says so where there is no reading to judge either.
    """
    gaps = tuple(sorted(missing))
    if gaps and (latest is None or gaps[-1] > latest.period):
        return Summary("missing", gaps[-1], gaps)
    if latest is not None:
        return Summary(latest.judgement.status, latest.period, gaps)
    if direction == "context":
        return Summary("context", None)
    return Summary("not_due" if has_target else "no_target", None)


def most_pressing(keys: Iterable[str]) -> str | None:
    """The status that asks most for attention; None when there is none at all."""
    return min(keys, key=STATUSES.index, default=None)
