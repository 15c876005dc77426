"""Values that come in from outside, one or many at a time, all or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Definition, Series
from kpis.rules.periods import Period
from kpis.rules.values import Observation
from kpis.selectors.kpis import with_series_context
from kpis.services import series as series_service
from kpis.services import sources
from kpis.services.readings import bulk, checks
from kpis.services.readings.record import Conflict, record
from kpis.services.readings.rows import ReadingRow
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class ItemsRefused(checks.ReadingRefused):
    """Some of a list cannot be taken; ``fields`` has a message per item and field."""

    code = "invalid"
    message = _("Some of what was sent does not hold. Nothing was taken.")


class ItemsConflict(Conflict):
    """Some of a list differ from values that are there."""

    code = "conflict"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One value as it came in. ``cell`` is a key in normal form."""

    definition: Definition
    cell: str
    period: Period
    observation: Observation
    source: str
    state: str
    vintage: date | None = None
    note: str = ""


def take_one(*, item: Incoming, by: Actor, at: datetime) -> bulk.Outcome:
    """Record one value, with its own event. Raises what ``record`` raises."""
    with transaction.atomic():
        row = _rows([item], at)[0]
        done = record(
            series=row.series,
            period=row.period,
            observation=row.observation,
            source=row.source,
            state=row.state,
            vintage=row.vintage,
            note=row.note,
            by=by,
            at=at,
        )
        made, known = ([done.reading], []) if done.created else ([], [done.reading])
        return bulk.Outcome(created=made, already=known, order=[done.reading])


def take_many(*, items: Sequence[Incoming], by: Actor, at: datetime) -> bulk.Outcome:
    """Record a list as one act with one event. Raises ItemsRefused or ItemsConflict for all."""
    with transaction.atomic():
        rows = _rows(items, at)
        _check(rows, at)
        outcome = bulk.record_many(rows=rows, backfilled=False, by=by, at=at)
        if outcome.conflicts:
            numbers = ", ".join(str(index) for index, _reading in outcome.conflicts[:20])
            raise ItemsConflict(
                _(
                    "There are already other values for the periods and sources of these items,"
                    " counted from 0: %(items)s. Correct those instead. Nothing was taken."
                )
                % {"items": numbers}
            )
        return outcome


def _rows(items: Sequence[Incoming], at: datetime) -> list[ReadingRow]:
    found = _series(items, at)
    return [
        ReadingRow(
            found[item.definition.pk, item.cell],
            item.period,
            item.observation,
            item.source,
            item.state,
            item.vintage,
            item.note,
        )
        for item in items
    ]


def _series(items: Sequence[Incoming], at: datetime) -> dict[tuple[int, str], Series]:
    """Series by definition and cell: one query for those there are, more only for new cells."""
    cells: dict[int, set[str]] = defaultdict(set)
    definitions = {item.definition.pk: item.definition for item in items}
    for item in items:
        cells[item.definition.pk].add(item.cell)
    known = with_series_context(
        Series.objects.filter(
            definition__in=definitions, cell__key__in={item.cell for item in items}
        )
    )
    found = {(series.definition_id, series.cell.key): series for series in known}
    for pk, keys in cells.items():
        missing = {key: None for key in keys if (pk, key) not in found}
        if missing:
            checks.check_programme_open(definitions[pk].kpi.area.programme)
            made = series_service.ensure_many(definition=definitions[pk], cells=missing, at=at)
            found |= {(pk, key): series for key, series in made.items()}
    return found


def _check(rows: Sequence[ReadingRow], at: datetime) -> None:
    """Everything wrong in any item, before anything is written."""
    problems: dict[str, str] = {}
    for number, row in enumerate(rows):
        try:
            checks.check_open(row.series)
            checks.check_period(row.series, row.period, at)
            checks.check_observation(row.series, row.observation)
            checks.check_state(row.state)
            sources.checked(row.source)
        except checks.ProgrammeClosed:
            raise
        except Refused as refusal:
            fields = refusal.fields or {"": str(refusal)}
            problems |= {f"{number}.{name}".rstrip("."): str(text) for name, text in fields.items()}
    if problems:
        raise ItemsRefused(fields=problems)
