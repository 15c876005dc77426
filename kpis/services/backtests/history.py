"""What was known of a slice of series, and when: values in all versions, targets, paths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from kpis.models import Baseline, LiveReading, Reading, Series, Target, Trajectory
from kpis.rules import ordinals
from kpis.rules import targets as target_rules
from kpis.rules.backtest import FOREVER, Version
from kpis.rules.paths import METHODS, Path, Point
from kpis.rules.periods import Frequency, Period
from kpis.rules.schedule import Schedule
from kpis.rules.values import Observation
from kpis.selectors import facts
from kpis.services.readings.checks import frequency_of
from labs.models import Programme

Row = TypeVar("Row")
Asked = TypeVar("Asked", Target, Trajectory)
EPOCH = date(1970, 1, 1).toordinal()
ALWAYS = -FOREVER


def day_of(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def date_of(day: int) -> date:
    """The date of so many days since 1970-01-01."""
    return date.fromordinal(day + EPOCH)


@dataclass(frozen=True, slots=True)
class Held(Generic[Row]):
    """Something that held from one day on until another."""

    row: Row
    since: int
    until: int = FOREVER


@dataclass(slots=True)
class Past:
    """One series as it was known from day to day."""

    series: Series
    frequency: Frequency
    fiscal_start: int
    direction: str
    schedule: Schedule
    versions: list[Version] = field(default_factory=list)
    targets: list[Held[Target]] = field(default_factory=list)
    trajectories: list[Held[Trajectory]] = field(default_factory=list)
    baselines: list[Held[Baseline]] = field(default_factory=list)
    assumed: int = 0

    def ordinal(self, start: date, end: date) -> int:
        """The ordinal of a complete period of the series."""
        return ordinals.of_period(Period(start, end), self.frequency, self.fiscal_start)

    def period(self, ordinal: int) -> Period:
        """The period of an ordinal."""
        return ordinals.period(ordinal, self.frequency, self.fiscal_start)

    def asked(self, day: int) -> dict[Period, target_rules.Target]:
        """The targets as they stood on a day, by period."""
        found = {}
        for row in _standing(self.targets, day):
            target = facts.target_of(self.direction, row)
            if target is not None:
                found[Period(row.period_start, row.period_end)] = target
        return found

    def path(self, day: int) -> Path:
        """The targets and the way between them, as they stood on a day."""
        points = [
            Point(self.ordinal(period.start, period.end), *target.edges)
            for period, target in self.asked(day).items()
        ]
        how = next(iter(_standing(self.trajectories, day)), None)
        if how is None:
            return Path(points=points)
        base = None
        if how.baseline_on is not None:
            base = self.ordinal(how.baseline_on, how.baseline_on)
        method = METHODS[METHODS.index(how.method)]
        return Path(method, how.baseline, base, points)

    def baseline(self, day: int) -> Decimal | None:
        """Where the way to the targets starts, as it stood on a day."""
        how = next(iter(_standing(self.trajectories, day)), None)
        return None if how is None else how.baseline

    def rebase_on(self, day: int) -> frozenset[date]:
        """The days on which a new baseline group started, as far as it was decided by then."""
        return frozenset(row.starts_on for row in _standing(self.baselines, day))

    def epochs(self) -> list[int]:
        """The days on which what was asked changed."""
        spans = [(h.since, h.until) for h in self.targets]
        spans += [(h.since, h.until) for h in self.trajectories]
        return sorted({day for span in spans for day in span} | {ALWAYS})


def _standing(rows: Iterable[Held[Row]], day: int) -> list[Row]:
    return [held.row for held in rows if held.since <= day < held.until]


def load(series: Sequence[Series], programme: Programme) -> list[Past]:
    """The past of these series, loaded with definition and KPI; a constant number of queries."""
    zone = ZoneInfo(programme.time_zone)
    days_off = _days_off(series, programme)
    found = {each.pk: _past(each, programme, days_off) for each in series}
    _add_versions(found, zone)
    for target in _with_changes(Target, found):
        found[target.series_id].targets.append(_held(target, zone))
    for trajectory in _with_changes(Trajectory, found):
        found[trajectory.series_id].trajectories.append(_held(trajectory, zone))
    for row in Baseline.objects.filter(series__in=list(found)):
        until = FOREVER if row.withdrawn_at is None else _day(row.withdrawn_at, zone)
        found[row.series_id].baselines.append(Held(row, _day(row.at, zone), until))
    return list(found.values())


def _past(series: Series, programme: Programme, days_off: frozenset[date]) -> Past:
    definition = series.definition
    return Past(
        series=series,
        frequency=frequency_of(definition),
        fiscal_start=programme.fiscal_year_start,
        direction=facts.direction_of(definition.direction),
        schedule=Schedule(
            frequency=frequency_of(definition),
            fiscal_start=programme.fiscal_year_start,
            effect_from=definition.effective_from,
            reporting_from=definition.reporting_from,
            programme_until=programme.ends_on,
            closed_on=definition.kpi.retired_on,
            lag_working_days=definition.reporting_days,
            holidays=days_off,
        ),
    )


def _days_off(series: Sequence[Series], programme: Programme) -> frozenset[date]:
    ends = Reading.objects.filter(series__in=series).order_by("period_end")
    first, last = ends.first(), ends.last()
    if first is None or last is None:
        return frozenset()
    return facts.days_off(programme.country, first.period_end.year, last.period_end.year + 1)


def _with_changes(model: type[Asked], found: Mapping[int, Past]) -> list[Asked]:
    rows = model.objects.filter(series__in=list(found))
    return list(rows.select_related("until_change__revision").order_by("pk"))


def _held(row: Asked, zone: ZoneInfo) -> Held[Asked]:
    """What came from outside counts as known all along: its day of entry says nothing."""
    since = ALWAYS if row.change_id is None else _day(row.set_at, zone)
    ended = row.until_change.revision.adopted_at if row.until_change is not None else None
    return Held(row, since, FOREVER if ended is None else _day(ended, zone))


def _day(moment: datetime, zone: ZoneInfo) -> int:
    return day_of(moment.astimezone(zone).date())


def _add_versions(found: Mapping[int, Past], zone: ZoneInfo) -> None:
    """Every version of every value from the source that counts, with the days it was known."""
    counting = {
        (series, start): source
        for series, start, source in LiveReading.objects.filter(
            series__in=list(found), is_current=True
        ).values_list("series_id", "period_start", "source_id")
    }
    rows = (
        Reading.objects.filter(series__in=list(found), complete=True)
        .select_related("retraction")
        .order_by("series_id", "period_start", "pk")
    )
    chains: dict[tuple[int, date], list[Reading]] = defaultdict(list)
    for row in rows:
        place = (row.series_id, row.period_start)
        if counting.get(place, row.source_id) == row.source_id:
            chains[place].append(row)
    for (series_id, _start), chain in chains.items():
        past = found[series_id]
        past.assumed += sum(row.backfilled and row.vintage is None for row in chain)
        past.versions += _versions(chain, past, zone)


def _versions(chain: Sequence[Reading], past: Past, zone: ZoneInfo) -> list[Version]:
    """The versions of one period's value; each is known until the next one or its retraction."""
    known = [_known_from(row, past, zone) for row in chain]
    made = []
    for n, row in enumerate(chain):
        ends = [known[n + 1]] if n + 1 < len(chain) else []
        taken_back = getattr(row, "retraction", None)
        if taken_back is not None:
            ends.append(_day(taken_back.at, zone))
        until = min(ends, default=FOREVER)
        if known[n] < until:
            made.append(_version(row, past, known[n], until))
    return made


def _known_from(row: Reading, past: Past, zone: ZoneInfo) -> int:
    """The source's own date, else the day of entry; history without a date: when it was due."""
    if row.vintage is not None:
        return day_of(row.vintage)
    if row.backfilled:
        return day_of(past.schedule.due(Period(row.period_start, row.period_end)))
    return _day(row.at, zone)


def _version(row: Reading, past: Past, since: int, until: int) -> Version:
    return Version(
        ordinal=past.ordinal(row.period_start, row.period_end),
        observation=Observation(
            row.comparator,  # type: ignore[arg-type]  # constrained to the five
            row.value,
            row.high,
            row.numerator,
            row.denominator,
            Decimal(past.series.definition.scale),
        ),
        provisional=row.state == Reading.State.PROVISIONAL,
        known_from=since,
        known_until=until,
    )
