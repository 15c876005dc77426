"""Everything detection needs of a slice of series, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Max, OuterRef

from kpis.models import (
    Definition,
    Deviation,
    Kpi,
    LiveReading,
    Rule,
    RuleVersion,
    Series,
    Signal,
    Target,
)
from kpis.rules import targets as target_rules
from kpis.rules.detection import PeriodReading, SeriesFacts
from kpis.rules.periods import Period
from kpis.rules.schedule import Schedule
from kpis.rules.values import Observation
from kpis.selectors import facts
from kpis.services.readings.checks import business_date, frequency_of
from labs.models import Programme


@dataclass(frozen=True, slots=True)
class ReadingFact:
    """A live, current reading of a complete period."""

    pk: int
    period: Period
    observation: Observation
    provisional: bool
    backfilled: bool


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A target in force."""

    pk: int
    target: target_rules.Target


@dataclass(slots=True)
class Material:
    """One series with all that its rules look at."""

    series: Series
    programme: Programme
    today: date
    facts: SeriesFacts
    effect_from: date | None
    restricted: bool
    readings: list[ReadingFact] = field(default_factory=list)
    targets: dict[Period, TargetFact] = field(default_factory=dict)
    versions: dict[str, RuleVersion] = field(default_factory=dict)
    open: dict[str, Deviation] = field(default_factory=dict)
    settled: dict[str, date] = field(default_factory=dict)
    told: dict[str, set[Period]] = field(default_factory=dict)

    @property
    def period_readings(self) -> list[PeriodReading]:
        return [PeriodReading(r.period, r.observation) for r in self.readings]

    @property
    def asked(self) -> dict[Period, target_rules.Target]:
        return {period: fact.target for period, fact in self.targets.items()}


def gather(series_ids: Sequence[int], at: datetime) -> list[Material]:
    """The material of these series, in a constant number of queries."""
    newer = Definition.objects.filter(
        kpi=OuterRef("definition__kpi"), version__gt=OuterRef("definition__version")
    )
    rows = list(
        Series.objects.filter(pk__in=series_ids)
        .select_related("cell", "definition__kpi__area__programme")
        .annotate(replaced=Exists(newer))
        .order_by("pk")
    )
    kpi_ids = {row.definition.kpi_id for row in rows}
    restricted = set(
        Kpi.objects.filter(pk__in=kpi_ids, restricted_to__isnull=False).values_list("pk", flat=True)
    )
    programmes = {row.definition.kpi.area.programme_id: _programme(row) for row in rows}
    days_off = _holidays(rows, programmes, at)
    found = [
        _material(row, programmes, days_off, row.definition.kpi_id in restricted, at)
        for row in rows
    ]
    by_series = {material.series.pk: material for material in found}
    _add_readings(by_series)
    _add_targets(by_series)
    _add_rules(found)
    _add_deviations(by_series)
    _add_told(by_series)
    return found


def _programme(row: Series) -> Programme:
    programme: Programme = row.definition.kpi.area.programme
    return programme


def _material(
    row: Series,
    programmes: Mapping[int, Programme],
    days_off: Mapping[int, frozenset[date]],
    restricted: bool,
    at: datetime,
) -> Material:
    definition, kpi = row.definition, row.definition.kpi
    programme = programmes[kpi.area.programme_id]
    replaced = bool(getattr(row, "replaced", False))
    schedule = Schedule(
        frequency=frequency_of(definition),
        fiscal_start=programme.fiscal_year_start,
        effect_from=None if replaced else definition.effective_from,
        reporting_from=None if replaced else definition.reporting_from,
        programme_until=programme.ends_on,
        closed_on=kpi.retired_on,
        lag_working_days=definition.reporting_days,
        holidays=days_off[programme.pk],
    )
    return Material(
        series=row,
        programme=programme,
        today=business_date(programme, at),
        facts=SeriesFacts(direction=facts.direction_of(definition.direction), schedule=schedule),
        effect_from=definition.effective_from or definition.reporting_from,
        restricted=restricted,
    )


def _holidays(
    rows: Iterable[Series], programmes: Mapping[int, Programme], at: datetime
) -> dict[int, frozenset[date]]:
    """Days off per programme, from the first year in which a value is owed."""
    first: dict[int, int] = dict.fromkeys(programmes, at.year)
    for row in rows:
        owed = row.definition.reporting_from or row.definition.effective_from
        pk = row.definition.kpi.area.programme_id
        if owed is not None:
            first[pk] = min(first[pk], owed.year)
    return {
        pk: facts.days_off(programme.country, first[pk], at.year + 1)
        for pk, programme in programmes.items()
    }


def _add_readings(by_series: Mapping[int, Material]) -> None:
    columns = (
        *("series_id", "reading_id", "period_start", "period_end", "reading__comparator"),
        *("reading__value", "reading__high", "reading__numerator", "reading__denominator"),
        *("reading__state", "reading__backfilled"),
    )
    rows = (
        LiveReading.objects.filter(
            series__in=list(by_series), is_current=True, reading__complete=True
        )
        .order_by("series_id", "period_start")
        .values_list(*columns)
    )
    for series_id, pk, start, end, sign, value, high, above, below, state, backfilled in rows:
        material = by_series[series_id]
        scale = Decimal(material.series.definition.scale)
        seen = Observation(sign, value, high, above, below, scale)
        material.readings.append(
            ReadingFact(pk, Period(start, end), seen, state == "provisional", backfilled)
        )


def _add_targets(by_series: Mapping[int, Material]) -> None:
    rows = Target.objects.filter(series__in=list(by_series), until_change=None)
    for target in rows:
        material = by_series[target.series_id]
        fact = facts.target_of(material.facts.direction, target)
        if fact is not None:
            period = Period(target.period_start, target.period_end)
            material.targets[period] = TargetFact(target.pk, fact)


def _add_rules(found: Sequence[Material]) -> None:
    """The newest version of each kind of rule; a KPI's own replaces the programme's."""
    by_kpi, by_programme = newest_versions({m.programme.pk for m in found})
    for material in found:
        general = by_programme.get(material.programme.pk, {})
        own = by_kpi.get(material.series.definition.kpi_id, {})
        material.versions = general | own


def newest_versions(
    programme_ids: Iterable[int],
) -> tuple[dict[int, dict[str, RuleVersion]], dict[int, dict[str, RuleVersion]]]:
    """The newest rule versions of these programmes by kind: per KPI, and per programme."""
    rules = Rule.objects.filter(programme__in=list(programme_ids)).annotate(
        n=Max("versions__version")
    )
    numbers = {rule.pk: rule.n for rule in rules}
    by_kpi: dict[int, dict[str, RuleVersion]] = defaultdict(dict)
    by_programme: dict[int, dict[str, RuleVersion]] = defaultdict(dict)
    rows = RuleVersion.objects.filter(rule__programme__in=list(programme_ids))
    for version in rows.select_related("rule"):
        if numbers.get(version.rule_id) != version.version or version.follows_programme:
            continue
        rule: Any = version.rule
        group = by_programme[rule.programme_id] if rule.kpi_id is None else by_kpi[rule.kpi_id]
        group[rule.kind] = version
    return by_kpi, by_programme


def _add_deviations(by_series: Mapping[int, Material]) -> None:
    open_rows = Deviation.objects.filter(series__in=list(by_series), closed_at=None)
    for deviation in open_rows.select_related("rule", "first_signal", "last_signal"):
        by_series[deviation.series_id or 0].open.setdefault(deviation.rule.kind, deviation)
    settled = (
        Deviation.objects.filter(series__in=list(by_series), settled_through__isnull=False)
        .order_by()
        .values_list("series_id", "rule__kind")
        .annotate(through=Max("settled_through"))
    )
    for series_id, kind, through in settled:
        by_series[series_id].settled[kind] = through


def _add_told(by_series: Mapping[int, Material]) -> None:
    """The periods that fired under other settings than those that hold now."""
    newest = {version.pk for m in by_series.values() for version in m.versions.values()}
    rows = Signal.objects.filter(series__in=list(by_series)).exclude(version__in=newest)
    columns = rows.order_by().values_list(
        "series_id", "version__rule__kind", "period_start", "period_end"
    )
    for series_id, kind, start, end in columns:
        by_series[series_id or 0].told.setdefault(kind, set()).add(Period(start, end))
