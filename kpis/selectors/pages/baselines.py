"""The baseline groups of one series' control chart, as its page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpis.models import Baseline
from kpis.rules.xmr import SHORT_GROUP
from kpis.selectors.pages.history import History, PeriodRow


@dataclass(frozen=True)
class Group:
    """One group of values with its average and limits; the first has no baseline row."""

    baseline: Baseline | None
    start: date | None
    end: date | None
    points: int
    mean: float | None
    lower: float | None
    upper: float | None

    @property
    def is_short(self) -> bool:
        """Whether the limits rest on so few values that they are provisional."""
        return self.points < SHORT_GROUP and not self.is_locked

    @property
    def is_locked(self) -> bool:
        return self.baseline is not None and self.baseline.locked_at is not None


def groups(past: History) -> list[Group]:
    """The groups, newest first; a baseline that no value follows yet has an empty one."""
    rows = [row for row in reversed(past.rows) if row.reading is not None]
    starts = past.baselines
    edges: list[Baseline | None] = [None, *starts]
    found = []
    for number, baseline in enumerate(edges):
        until = starts[number].starts_on if number < len(starts) else None
        within = [
            row
            for row in rows
            if (baseline is None or row.start >= baseline.starts_on)
            and (until is None or row.start < until)
        ]
        if within or baseline is not None:
            found.append(_group(baseline, within))
    return found[::-1]


def _group(baseline: Baseline | None, rows: list[PeriodRow]) -> Group:
    limits = rows[-1].limits if rows else None
    return Group(
        baseline=baseline,
        start=rows[0].start if rows else None,
        end=rows[-1].end if rows else None,
        points=len(rows),
        mean=limits.mean if limits else None,
        lower=limits.lower if limits else None,
        upper=limits.upper if limits else None,
    )
