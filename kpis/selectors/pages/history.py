"""The history of a series, period by period: value, target, verdict, limits, signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kpis.models import Baseline, Reading, Series, Signal, Target, Trajectory
from kpis.rules import xmr
from kpis.rules.detection import PeriodReading, SeriesFacts, chart_of, judge_readings
from kpis.rules.paths import Asked, Path
from kpis.rules.periods import Period
from kpis.rules.progress import Judgement
from kpis.rules.schedule import missing_periods
from kpis.selectors import baselines
from kpis.selectors import targets as target_selectors
from kpis.selectors import trajectories as trajectory_selectors
from kpis.selectors.facts import target_of
from kpis.selectors.pages import courses, facts


@dataclass(frozen=True)
class Limits:
    """Average and control limits at one period, in float64."""

    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    group: int = 0
    outside: bool = False


@dataclass
class PeriodRow:
    """One period: what counts, what other sources say, what was there before, and the verdict."""

    period: Period
    reading: Reading | None = None
    others: list[Reading] = field(default_factory=list)
    earlier: list[Reading] = field(default_factory=list)
    target: Target | None = None
    asked: Asked | None = None
    judgement: Judgement | None = None
    limits: Limits = field(default_factory=Limits)
    signals: list[Signal] = field(default_factory=list)
    missing: bool = False

    @property
    def start(self) -> date:
        return self.period.start

    @property
    def end(self) -> date:
        return self.period.end

    @property
    def state(self) -> str:
        """The word of the period: the verdict, or that its value is missing."""
        if self.reading is None:
            return "missing" if self.missing else ""
        return self.judgement.status if self.judgement else ""

    @property
    def in_conflict(self) -> bool:
        """Whether sources give different values."""
        return bool(self.others)


@dataclass(frozen=True)
class History:
    """The periods of a series, newest first; part-years apart, since no rule sees them."""

    rows: list[PeriodRow]
    part_periods: list[PeriodRow]
    targets: list[Target]
    points: int
    points_needed: int
    facts: SeriesFacts
    baselines: list[Baseline] = field(default_factory=list)
    trajectories: list[Trajectory] = field(default_factory=list)
    path: Path = field(default_factory=Path)
    variation: str = ""
    assurance: str = ""

    @property
    def trajectory(self) -> Trajectory | None:
        """The path in force, if one was set."""
        return next((each for each in self.trajectories if each.until_change_id is None), None)

    @property
    def latest(self) -> PeriodRow | None:
        """The newest period with a value."""
        return next((row for row in self.rows if row.reading is not None), None)

    @property
    def conflicts(self) -> list[PeriodRow]:
        """Periods for which several sources give values."""
        return [row for row in [*self.rows, *self.part_periods] if row.in_conflict]

    @property
    def has_limits(self) -> bool:
        """Whether any limits could be worked out."""
        return any(row.limits.lower is not None for row in self.rows)

    @property
    def limits_are_provisional(self) -> bool:
        """Whether the limits rest on fewer values than the rule asks for."""
        return self.has_limits and self.points < self.points_needed and not self.is_locked

    @property
    def is_locked(self) -> bool:
        """Whether the limits of the newest baseline no longer move."""
        return bool(self.baselines) and self.baselines[-1].locked_at is not None

    @property
    def is_short(self) -> bool:
        """Whether the newest baseline has too few values for limits that last (Making Data Count)."""
        return self.has_limits and self.points < xmr.SHORT_GROUP and not self.is_locked


def of(series: Series, today: date) -> History:
    """The history of a series loaded with its KPI, area and programme. Eight queries at most."""
    starts = baselines.of_series(series)
    known = replace(
        facts.series_facts(series, today), rebase_on=frozenset(each.starts_on for each in starts)
    )
    rows, parts = _rows(series)
    targets = list(target_selectors.history([series.pk]))
    _add_targets(rows, targets)
    params = facts.settings(series.definition.kpi, ("progress", "control_limits"))
    current = _current(rows, series.definition.scale)
    ways = list(trajectory_selectors.history([series.pk]))
    standing = next((each for each in ways if each.until_change_id is None), None)
    in_force = [target for target in targets if target.until_change_id is None]
    path = courses.path_of(series, in_force, standing)
    if standing is not None:
        known = replace(known, baseline=standing.baseline)
    _judge(series, rows, known, current, in_force, path, params["progress"])
    points, drawn = _add_limits(rows, known, current, starts)
    for signal in Signal.objects.filter(series=series).select_related("version__rule"):
        period = Period(signal.period_start, signal.period_end)
        rows.setdefault(period, PeriodRow(period)).signals.append(signal)
    for owed in missing_periods(known.schedule, {r.period for r in current}, today):
        rows.setdefault(owed.period, PeriodRow(owed.period)).missing = True
    return History(
        rows=sorted(rows.values(), key=lambda row: row.period, reverse=True),
        part_periods=sorted(parts.values(), key=lambda row: row.period, reverse=True),
        targets=targets,
        points=points,
        points_needed=int(params["control_limits"]["min_points"]),
        facts=known,
        baselines=starts,
        trajectories=ways,
        path=path,
        variation=drawn.variation or "",
        assurance=_assurance(drawn, rows, known),
    )


def _rows(series: Series) -> tuple[dict[Period, PeriodRow], dict[Period, PeriodRow]]:
    """Every reading ever entered, by period: complete periods, and part-years."""
    whole: dict[Period, PeriodRow] = {}
    parts: dict[Period, PeriodRow] = {}
    readings = (
        Reading.objects.filter(series=series)
        .select_related(
            "source", "live", "verification", "retraction", "by_user", "by_post__organisation"
        )
        .order_by("period_start", "-at", "-pk")
    )
    for reading in readings:
        period = Period(reading.period_start, reading.period_end)
        row = (whole if reading.complete else parts).setdefault(period, PeriodRow(period))
        live = getattr(reading, "live", None)
        if live is None:
            row.earlier.append(reading)
        elif live.is_current:
            row.reading = reading
        else:
            row.others.append(reading)
    return whole, parts


def _add_targets(rows: dict[Period, PeriodRow], targets: Sequence[Target]) -> None:
    for target in targets:
        if target.until_change_id is None:
            period = Period(target.period_start, target.period_end)
            rows.setdefault(period, PeriodRow(period)).target = target


def _current(rows: dict[Period, PeriodRow], scale: int) -> list[PeriodReading]:
    """The readings that count, as the rules take them."""
    return [
        PeriodReading(row.period, facts.observation(row.reading, scale))
        for row in rows.values()
        if row.reading is not None
    ]


def _judge(
    series: Series,
    rows: dict[Period, PeriodRow],
    known: SeriesFacts,
    current: Sequence[PeriodReading],
    targets: Sequence[Target],
    path: Path,
    params: dict,
) -> None:
    """The same verdicts that detection gives, period by period."""
    own = {
        Period(t.period_start, t.period_end): wanted
        for t in targets
        if (wanted := target_of(known.direction, t)) is not None
    }
    leads, there, found = courses.expected(series, path, own, rows)
    for period, asked in found.items():
        rows[period].asked = asked
    for period, verdict in judge_readings(known, current, own | leads, params, there):
        rows[period].judgement = verdict


def _add_limits(
    rows: dict[Period, PeriodRow],
    known: SeriesFacts,
    current: Sequence[PeriodReading],
    starts: Sequence[Baseline],
) -> tuple[int, xmr.Chart]:
    """Limits at each period; how many values the newest baseline group rests on, and the chart."""
    periods, drawn = chart_of(known, current)
    for i, period in enumerate(periods):
        rows[period].limits = Limits(
            mean=drawn.mean[i],
            lower=drawn.lower[i],
            upper=drawn.upper[i],
            group=drawn.group[i],
            outside=bool(drawn.outside[i]),
        )
        lock = baselines.around(starts, period.start)
        if lock is not None and lock.locked_at is not None:
            rows[period].limits = _locked(lock, drawn.values[i], drawn.group[i])
    return _newest_group(drawn), drawn


def _assurance(drawn: xmr.Chart, rows: dict[Period, PeriodRow], known: SeriesFacts) -> str:
    """Whether the process as it is meets what was asked of its newest period."""
    newest = max((p for p, row in rows.items() if row.reading is not None), default=None)
    asked = rows[newest].asked if newest is not None else None
    if asked is None or asked.is_range:
        return ""
    direction = xmr.chart_direction(known.direction)
    return xmr.assurance(drawn, float(asked.low), direction) or ""


def _locked(lock: Baseline, value: float | None, group: int) -> Limits:
    """Limits that no longer move, whatever values came since."""
    lower, upper = lock.lower, lock.upper
    known = value is not None and lower is not None and upper is not None
    return Limits(
        mean=lock.mean,
        lower=lower,
        upper=upper,
        group=group,
        outside=known and not lower <= value <= upper,  # type: ignore[operator]
    )


def _newest_group(drawn: xmr.Chart) -> int:
    if not drawn.group:
        return 0
    newest = drawn.group[-1]
    pairs = zip(drawn.group, drawn.values, strict=True)
    return sum(group == newest and value is not None for group, value in pairs)
