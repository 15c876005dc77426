"""A series as the rules see it, read for a page: what was observed, what was asked, by which settings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from kpis.models import Definition, Kpi, Reading, RuleVersion, Series
from kpis.rules.detection import SeriesFacts
from kpis.rules.rules_catalogue import Typed, typed
from kpis.rules.schedule import Schedule, of_part
from kpis.rules.values import Observation
from kpis.selectors import facts
from labs.models import Programme


def today_of(programme: Programme, at: datetime) -> date:
    """The day it is where the programme is."""
    return at.astimezone(ZoneInfo(programme.time_zone)).date()


def series_facts(series: Series, today: date) -> SeriesFacts:
    """Direction and schedule of a series loaded with its KPI, area and programme."""
    return SeriesFacts(
        direction=facts.direction_of(series.definition.direction),
        schedule=of_part(
            schedule(series.definition, today), series.cell.starts_on, series.cell.ends_on
        ),
    )


def schedule(definition: Definition, today: date) -> Schedule:
    """When the newest definition of a KPI owes values; nothing in a closed programme."""
    kpi: Kpi = definition.kpi
    programme: Programme = kpi.area.programme
    asked = not programme.is_closed
    first = definition.reporting_from or definition.effective_from or today
    return Schedule(
        frequency=definition.frequency,  # type: ignore[arg-type]
        fiscal_start=programme.fiscal_year_start,
        effect_from=definition.effective_from if asked else None,
        reporting_from=definition.reporting_from if asked else None,
        programme_until=programme.ends_on,
        closed_on=kpi.retired_on,
        lag_working_days=definition.reporting_days,
        holidays=facts.days_off(programme.country, min(first.year, today.year), today.year + 1),
    )


def observation(reading: Reading, scale: int) -> Observation:
    """What a stored reading says, as the rules take it."""
    return Observation(
        reading.comparator,  # type: ignore[arg-type]
        reading.value,
        reading.high,
        reading.numerator,
        reading.denominator,
        Decimal(scale),
    )


def settings(kpi: Kpi, kinds: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The settings that apply to a KPI by kind of rule: its own, else the programme's. One query."""
    rows = (
        RuleVersion.objects.filter(
            Q(rule__kpi=kpi.pk) | Q(rule__kpi=None),
            rule__programme=kpi.area.programme_id,
            rule__kind__in=list(kinds),
        )
        .select_related("rule")
        .order_by("version")
    )
    newest: dict[tuple[str, bool], RuleVersion] = {}
    for row in rows:
        newest[row.rule.kind, row.rule.kpi_id is not None] = row
    found: dict[str, dict[str, Typed]] = {}
    for kind in kinds:
        own = newest.get((kind, True))
        version = newest.get((kind, False)) if own is None or own.follows_programme else own
        found[kind] = typed(kind, version.parameters if version else {})
    return found
