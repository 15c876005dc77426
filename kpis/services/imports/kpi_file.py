"""Loading a file of KPIs with baselines, targets and actuals per period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from kpis.models import ImportBatch, Reading, Series, Target
from kpis.rules.values import Observation, to_text
from kpis.services import detection, targets
from kpis.services.imports import files, places
from kpis.services.imports.batches import finish
from kpis.services.imports.kpi_rows import COLUMNS, KpiRow, parse
from kpis.services.imports.places import Defaults
from kpis.services.imports.summary import Summary, counts_of
from kpis.services.readings import ReadingRow, bulk
from kpis.services.readings.checks import business_date, programme_of
from kpis.services.readings.rows import content_of
from ledger.rules.actors import Actor
from people.models import Act

NEW, SAME, OTHER, NONE, WAITS = "new", "same", "other", "none", "waits"
FUTURE = "the period has not ended yet, so there can be no value"
Values = list[tuple[KpiRow, ReadingRow]]
CLOSED = "the programme is closed: it takes nothing new"


@dataclass(slots=True)
class Fate:
    """What becomes of the two parts of a row, and why where it is not loaded."""

    reading: str = NONE
    target: str = NONE
    why: str = ""


def load_kpis(
    *,
    file: str | Path,
    defaults: Defaults = Defaults(),  # noqa: B008 - frozen
    dry_run: bool = False,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    """Load a KPI file as history and say what became of every row.

    Programmes, organisations, result areas and KPIs that are new are made; readings
    are marked as back-filled and open nothing. ``dry_run`` does the same and takes
    it all back. Raises FileRefused or RowsRefused, and then nothing was loaded.
    """
    table = files.read(Path(file), files.exactly(COLUMNS))
    rows = parse(table)
    with transaction.atomic():
        summary = _load(table, rows, defaults, by, at)
        summary.dry_run = dry_run
        if dry_run:
            transaction.set_rollback(True)
    return summary.as_dict()


def _load(
    table: files.Table, rows: Sequence[KpiRow], defaults: Defaults, by: Actor, at: datetime
) -> Summary:
    summary = Summary(rows=len(rows))
    found = places.resolve(rows=rows, defaults=defaults, by=by, at=at)
    fates = {row.number: Fate() for row in rows}
    placed = _placed(rows, found.series, fates)
    batch = ImportBatch.objects.create(
        kind="kpis", file_name=table.name[:300], sha256=table.sha256, at=at, **Act.fields_of(by)
    )
    _load_readings(placed, fates, batch, by, at)
    _load_targets(placed, fates, batch, at)
    for row in rows:
        _count(row, fates[row.number], summary)
    series_ids = {series.pk for _row, series in placed}
    summary.found(detection.detect(at=at, series_ids=series_ids, limit=max(len(series_ids), 1)))
    summary.series = counts_of(series_ids)
    summary.more = {
        "made": found.made,
        "baselines_without_target": [
            row.number for row in rows if row.baseline is not None and row.target is None
        ],
    }
    finish(batch=batch, summary=summary, by=by, at=at)
    return summary


def _placed(
    rows: Sequence[KpiRow], series: dict[places.Key, Series | None], fates: dict[int, Fate]
) -> list[tuple[KpiRow, Series]]:
    """Rows with their series; those that do not fit the KPI are left with the reason."""
    placed = []
    for row in rows:
        found = series[row.kpi_key]
        fate = fates[row.number]
        if found is None:
            fate.reading, fate.why = WAITS, CLOSED
        elif row.target is None and row.actual is None:
            fate.reading, fate.why = WAITS, "the row has neither a target nor an actual value"
        elif (wrong := _misfit(row, found)) is not None:
            fate.reading, fate.why = OTHER, wrong
        else:
            placed.append((row, found))
    return placed


def _misfit(row: KpiRow, series: Series) -> str | None:
    """A KPI has one unit and one direction at a time."""
    definition = series.definition
    if row.unit != definition.unit:
        return f'the unit is "{row.unit}"; this KPI is kept in "{definition.unit}"'
    if row.direction != definition.direction:
        return f'the direction is "{row.direction}"; this KPI has "{definition.direction}"'
    return None


def _load_readings(
    placed: Sequence[tuple[KpiRow, Series]],
    fates: dict[int, Fate],
    batch: ImportBatch,
    by: Actor,
    at: datetime,
) -> None:
    today: dict[int, date] = {}
    wanted: Values = []
    closed: Values = []
    for row, series in placed:
        if row.actual is None:
            continue
        programme = programme_of(series)
        if row.period.end >= today.setdefault(programme.pk, business_date(programme, at)):
            fates[row.number].reading, fates[row.number].why = WAITS, FUTURE
            continue
        (closed if programme.is_closed else wanted).append((row, _reading(row, series)))
    outcome = bulk.write(
        rows=[reading for _row, reading in wanted], backfilled=True, batch=batch, by=by, at=at
    )
    _note(wanted, outcome, fates, is_written=True)
    _note(closed, bulk.look(rows=[reading for _row, reading in closed]), fates, is_written=False)


def _reading(row: KpiRow, series: Series) -> ReadingRow:
    """The row's value. A baseline that belongs to no target is kept in the note."""
    note = row.note
    if row.baseline is not None and row.target is None:
        note = f"{note} [baseline in the source: {to_text(row.baseline)}]".strip()
    return ReadingRow(series, row.period, Observation(value=row.actual), row.source, note=note)


def _note(
    rows: Sequence[tuple[KpiRow, ReadingRow]],
    outcome: bulk.Outcome,
    fates: dict[int, Fate],
    *,
    is_written: bool,
) -> None:
    """What became of each reading. Of equal rows in one file the first is the new one."""
    fresh = {id(reading) for reading in outcome.created}
    others = dict(outcome.conflicts)
    for index, (row, reading) in enumerate(rows):
        fate, known = fates[row.number], outcome.order[index]
        if index in others and _says_the_same(others[index], reading):
            fate.reading = SAME
        elif index in others:
            fate.reading = OTHER
            fate.why = (
                f"actual {to_text(reading.observation.value or Decimal(0))} differs from"
                f" {to_text(others[index].value)}, loaded from the same source"
            )
        elif known is not None and id(known) in fresh:
            fresh.discard(id(known))
            fate.reading = NEW
        elif known is not None and content_of(known) == reading.content:
            fate.reading = SAME
        elif not is_written:
            fate.reading, fate.why = WAITS, CLOSED


def _says_the_same(known: Reading, row: ReadingRow) -> bool:
    """These files do not say whether a value is final, so that makes no difference."""
    seen = row.observation
    return (known.comparator, known.value, known.high) == (seen.comparator, seen.value, seen.high)


def _load_targets(
    placed: Sequence[tuple[KpiRow, Series]],
    fates: dict[int, Fate],
    batch: ImportBatch,
    at: datetime,
) -> None:
    known = targets.known_targets(series_ids={series.pk for _row, series in placed})
    first: dict[tuple[int, date, date], targets.TargetRow] = {}
    for row, series in placed:
        if row.target is None:
            continue
        wanted = targets.TargetRow(
            series, row.period, row.target, row.source, None, row.baseline, row.note
        )
        fate = fates[row.number]
        fate.target = _target_fate(wanted, known.get(wanted.place, []), first)
        if fate.target == OTHER:
            fate.why = f"another target than {to_text(row.target)} is in force for this period"
        elif fate.target == NEW and programme_of(series).is_closed:
            fate.target, fate.why = WAITS, CLOSED
        elif fate.target == NEW:
            first[wanted.place] = wanted
    targets.insert(rows=list(first.values()), batch=batch, at=at)


def _target_fate(
    row: targets.TargetRow,
    known: Sequence[Target],
    first: dict[tuple[int, date, date], targets.TargetRow],
) -> str:
    if targets.match(row, {row.place: list(known)}) is not None:
        return SAME
    current = next((target for target in known if target.until_change_id is None), None)
    if current is not None:
        # A plan's own target that says the same needs no second source.
        said = (current.value, current.high, current.baseline)
        return SAME if current.change_id is not None and said == row.asked else OTHER
    earlier = first.get(row.place)
    if earlier is None:
        return NEW
    return SAME if (earlier.asked, earlier.source) == (row.asked, row.source) else OTHER


def _count(row: KpiRow, fate: Fate, summary: Summary) -> None:
    """Count a row once; a part that stays out of a loaded row is told apart."""
    parts = {fate.reading, fate.target}
    if OTHER in parts:
        rest = " (the rest of the row was loaded)" if NEW in parts else ""
        summary.conflict(row.number, fate.why + rest)
    elif NEW in parts:
        summary.loaded += 1
        if WAITS in parts:
            summary.part(row.number, fate.why)
    elif SAME in parts:
        summary.already += 1
        if WAITS in parts:
            summary.part(row.number, fate.why)
    else:
        summary.skip(row.number, fate.why)
