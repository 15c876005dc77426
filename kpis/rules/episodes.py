"""Episodes: which findings open, extend and close a deviation.

Public names::

    OpenEpisode(first: Period, last: Period)
    Step(kind: "open" | "extend" | "close", period: Period, reason: "" | "clear" | "no_longer_holds")
    episode(*, findings, judged, clear_periods, open_after=1, holds=∅, current=None,
            closed_through=None, may_open=always) -> list[Step]

``open_after`` findings in a row open the episode, at the first of them; later ones
extend it, and ``clear_periods`` judged periods in a row without a finding close it:
one good month between two bad ones changes nothing. A period without a value is not
clear, and neither ends a row nor counts in it; a period that a pattern still covers
is not clear either, and does count.
When every finding of an open episode is gone (corrected, or the value came) it
closes at once. Carrying the steps out and asking again gives no step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    open_after: int = 1,
    holds: Collection[Period] = frozenset(),
    current: OpenEpisode | None = None,
    closed_through: date | None = None,
    may_open: Callable[[Finding], bool] = lambda _: True,
) -> list[Step]:
    """The steps that bring a deviation up to date, in the order of their periods.

    ``findings`` are all that hold now; ``judged`` the complete periods that have a
    live value and were tested; ``holds`` those of them that a pattern still covers.
    ``closed_through`` is the last day that an earlier episode covered when it closed
    (the end of that close step's period): findings up to it are settled. ``may_open``
    says whether a finding may open an episode; any finding extends one. A late finding
    before the open episode's last changes nothing.
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
    walk = _Walk(by_period, frozenset(holds), clear_periods, open_after, may_open, now)
    for period in sorted({*by_period, *judged}):
        if closed_through is not None and period.end <= closed_through:
            continue
        if now is None or period > now.last:
            steps += walk.step(period)
    return steps


@dataclass(slots=True)
class _Walk:
    """Goes from period to period, and remembers what is open, what leads up to it, what is clear."""

    findings: Mapping[Period, Finding]
    holds: frozenset[Period]
    clear_periods: int
    open_after: int
    may_open: Callable[[Finding], bool]
    now: OpenEpisode | None
    row: list[Period] = field(default_factory=list)
    covered: int = 0
    clear: int = 0

    def step(self, period: Period) -> list[Step]:
        """What this period adds."""
        if period in self.findings:
            return self._found(period)
        if period in self.holds:
            self.clear = 0
            return self._covered()
        return self._clear(period)

    def _found(self, period: Period) -> list[Step]:
        self.clear = 0
        if self.now is not None:
            self.now = OpenEpisode(self.now.first, period)
            return [Step("extend", period)]
        if not self.may_open(self.findings[period]):
            return []
        self.row.append(period)
        return self._covered()

    def _covered(self) -> list[Step]:
        """One more period in a row; with enough of them the episode opens at the row's first finding."""
        if self.now is not None or not self.row:
            return []
        self.covered += 1
        if self.covered < self.open_after:
            return []
        first, *others = self.row
        self.now = OpenEpisode(first, self.row[-1])
        self.row, self.covered = [], 0
        return [Step("open", first), *(Step("extend", period) for period in others)]

    def _clear(self, period: Period) -> list[Step]:
        self.row, self.covered = [], 0
        if self.now is None:
            return []
        self.clear += 1
        if self.clear < self.clear_periods:
            return []
        self.now, self.clear = None, 0
        return [Step("close", period, "clear")]
