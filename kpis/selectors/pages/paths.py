"""The page of the paths promised for a series: today's beside an earlier one, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from kpis.models import Reading, Series
from kpis.rules.periods import Period
from kpis.selectors.pages import courses, facts, history
from kpis.selectors.pages.courses import Step, Version
from kpis.selectors.pages.history import History


@dataclass(frozen=True)
class Line:
    """One period: its value, what is asked of it today, and what was promised then."""

    period: Period
    reading: Reading | None = None
    now: Step | None = None
    then: Step | None = None

    @property
    def start(self) -> date:
        return self.period.start

    @property
    def end(self) -> date:
        return self.period.end

    @property
    def moved(self) -> Fraction | None:
        """By how much the path asks more today than was promised then (its lower edge)."""
        if (
            self.now is None
            or self.then is None
            or self.now.asked is None
            or self.then.asked is None
        ):
            return None
        return self.now.low - self.then.low


@dataclass(frozen=True)
class Page:
    """Every version of the path, newest first, and the one that was chosen to stand beside it."""

    series: Series
    history: History
    versions: Sequence[Version]
    then: Version | None
    lines: list[Line]

    @property
    def earlier(self) -> list[Version]:
        """The versions that are no longer in force."""
        return [version for version in self.versions if not version.is_now]

    @property
    def now(self) -> Version | None:
        """The version in force."""
        return next((version for version in self.versions if version.is_now), None)


def page(series: Series, at: datetime, text: str) -> Page:
    """The paths of a series; ``text`` names a version or a year. Eight queries at most."""
    today = facts.today_of(series.definition.kpi.area.programme, at)
    found = history.of(series, today)
    every = versions_of(series, found)
    then = courses.chosen(every, text) if text else None
    if then is not None and then.is_now:
        then = None
    return Page(series, found, every, then, _lines(series, found, then))


def versions_of(series: Series, found: History) -> list[Version]:
    """Every version of the path, newest first."""
    return courses.versions(series, found.targets, found.trajectories)


def _lines(series: Series, found: History, then: Version | None) -> list[Line]:
    """The periods of either path and those between with a value, newest first."""
    now = {step.period: step for step in courses.along(series, found.path)}
    before = {step.period: step for step in courses.along(series, then.path)} if then else {}
    values = {row.period: row.reading for row in found.rows if row.reading is not None}
    periods = {*now, *before, *values}
    return [
        Line(period, values.get(period), now.get(period), before.get(period))
        for period in sorted(periods, reverse=True)
    ]
