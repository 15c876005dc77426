"""Episodes: which findings open, extend and close a deviation.

Public names::

    OpenEpisode(first: Period, last: Period)
    Step(kind: "open" | "extend" | "close", period: Period, reason: "" | "clear" | "no_longer_holds")
    episode(*, findings, judged, clear_periods, current=None, closed_through=None, may_open=always) -> list[Step]

The first finding that qualifies opens the episode, later ones extend it, and
``clear_periods`` judged periods in a row without a finding close it: one good
month between two bad ones changes nothing. A period without a value is not clear.
When every finding of an open episode is gone (corrected, or the value came) it
closes at once. Carrying the steps out and asking again gives no step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpis.rules.detection import Finding
from kpis.rules.periods import Period

Reason = Literal["", "clear", "no_longer_holds"]


@dataclass(frozen=True, slots=True)
class OpenEpisode:
    """A deviation that is open: its first and its last finding's period."""

    first: Period
    last: Period


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. ``period`` is where it happens; ``reason`` says why a close."""

    kind: Literal["open", "extend", "close"]
    period: Period
    reason: Reason = ""


def episode(
    *,
    findings: Sequence[Finding],
    judged: Iterable[Period],
    clear_periods: int,
    current: OpenEpisode | None = None,
    closed_through: date | None = None,
    may_open: Callable[[Finding], bool] = lambda _: True,
) -> list[Step]:
    """The steps that bring a deviation up to date, in the order of their periods.

    ``findings`` are all that hold now; ``judged`` the complete periods that have a
    live value and were tested. ``closed_through`` is the last day that an earlier
    episode covered when it closed (the end of that close step's period): findings up
    to it are settled. ``may_open`` says whether a finding may open an episode; any
    finding extends one. A late finding before the open episode's last changes nothing.
    """
    by_period = {f.period: f for f in findings}
    steps: list[Step] = []
    now = current
    if now is not None:
        held = [p for p in by_period if now.first <= p <= now.last]
        if held:
            now = OpenEpisode(now.first, max(held))
        else:
            steps.append(Step("close", now.last, "no_longer_holds"))
            closed_through, now = now.last.end, None
    clear = 0
    for period in sorted({*by_period, *judged}):
        if closed_through is not None and period.end <= closed_through:
            continue
        if now is not None and period <= now.last:
            continue
        if period in by_period:
            if now is None and not may_open(by_period[period]):
                continue
            steps.append(Step("extend" if now else "open", period))
            now, clear = OpenEpisode(now.first if now else period, period), 0
        elif now is not None:
            clear += 1
            if clear == clear_periods:
                steps.append(Step("close", period, "clear"))
                now, clear = None, 0
    return steps
