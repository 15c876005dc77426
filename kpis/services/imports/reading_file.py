"""Loading a file of periodic readings of KPIs that are set up already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from kpis.models import Definition, ImportBatch, Series
from kpis.rules.values import to_text
from kpis.selectors.kpis import newest_definitions
from kpis.services import detection
from kpis.services import series as series_service
from kpis.services.imports import files, reading_rows
from kpis.services.imports.batches import finish
from kpis.services.imports.reading_rows import Row
from kpis.services.imports.summary import Summary, counts_of
from kpis.services.readings import ReadingRow, bulk
from kpis.services.readings.checks import business_date, programme_of
from kpis.services.readings.rows import content_of
from ledger.rules.actors import Actor
from people.models import Act

Placed = list[tuple[Row, ReadingRow]]


def load_readings(
    *,
    file: str | Path,
    backfilled: bool = True,
    since: date | None = None,
    until: date | None = None,
    dry_run: bool = False,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    """Load periodic readings and say what became of every row.

    ``backfilled`` marks them as history, which opens nothing. Only periods that start
    on ``since`` or later and end on ``until`` or earlier are loaded; the others are
    counted as outside. Cells that are new are made. ``dry_run`` takes it all back.
    Raises FileRefused or RowsRefused, and then nothing was loaded.
    """
    table = files.read(Path(file), reading_rows.check_header)
    definitions = _definitions(reading_rows.codes(table))
    rows = reading_rows.parse(table, definitions)
    with transaction.atomic():
        summary = Summary(rows=len(rows), dry_run=dry_run)
        wanted = [row for row in rows if _is_wanted(row, since, until, summary)]
        placed = _place(wanted, definitions, summary, at)
        _load(table, placed, summary, backfilled, by, at)
        if dry_run:
            transaction.set_rollback(True)
    return summary.as_dict()


def _definitions(codes: set[str]) -> dict[str, Definition]:
    found = newest_definitions().filter(kpi__code__in=codes)
    return {d.kpi.code: d for d in found.select_related("kpi__area__programme")}


def _is_wanted(row: Row, since: date | None, until: date | None, summary: Summary) -> bool:
    """Whether the row takes part; if not, it has been counted."""
    if row.observation is None or row.period is None:
        summary.skip(row.number, row.refusal or "there is no KPI with this code")
        return False
    early = since is not None and row.period.start < since
    late = until is not None and row.period.end > until
    if early or late:
        summary.outside += 1
    return not (early or late)


def _place(
    rows: Sequence[Row], definitions: dict[str, Definition], summary: Summary, at: datetime
) -> Placed:
    """Rows with their series; periods that have not ended are skipped."""
    today = {
        code: business_date(definition.kpi.area.programme, at)
        for code, definition in definitions.items()
    }
    ended = []
    for row in rows:
        if row.period is not None and row.period.end >= today[row.kpi]:
            summary.skip(row.number, "the period has not ended yet, so there can be no value")
        else:
            ended.append(row)
    series = _series(ended, definitions, at)
    return [
        (row, _reading(row, series[row.kpi, row.cell]))
        for row in ended
        if (row.kpi, row.cell) in series
    ]


def _series(
    rows: Sequence[Row], definitions: dict[str, Definition], at: datetime
) -> dict[tuple[str, str], Series]:
    cells: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        cells[row.kpi].add(row.cell)
    return {
        (code, key): series
        for code, keys in cells.items()
        for key, series in series_service.ensure_many(
            definition=definitions[code], cells=dict.fromkeys(sorted(keys)), at=at
        ).items()
    }


def _reading(row: Row, series: Series) -> ReadingRow:
    assert row.period is not None
    assert row.observation is not None
    return ReadingRow(
        series, row.period, row.observation, row.source, row.state, row.vintage, row.note
    )


def _load(
    table: files.Table,
    placed: Placed,
    summary: Summary,
    backfilled: bool,
    by: Actor,
    at: datetime,
) -> None:
    batch = ImportBatch.objects.create(
        kind="readings",
        file_name=table.name[:300],
        sha256=table.sha256,
        at=at,
        **Act.fields_of(by),
    )
    open_rows = [pair for pair in placed if not programme_of(pair[1].series).is_closed]
    closed = [pair for pair in placed if programme_of(pair[1].series).is_closed]
    outcome = bulk.write(
        rows=[reading for _row, reading in open_rows],
        backfilled=backfilled,
        batch=batch,
        by=by,
        at=at,
    )
    _count(open_rows, outcome, summary)
    _count(closed, bulk.look(rows=[reading for _row, reading in closed]), summary)
    ids = {reading.series.pk for _row, reading in placed}
    summary.found(detection.detect(at=at, series_ids=ids, limit=max(len(ids), 1)))
    summary.series = counts_of(ids)
    finish(batch=batch, summary=summary, by=by, at=at)


def _count(rows: Placed, outcome: bulk.Outcome, summary: Summary) -> None:
    """Count each row once. Of equal rows in one file the first is the new one."""
    fresh = {id(reading) for reading in outcome.created}
    others = dict(outcome.conflicts)
    for index, (row, reading) in enumerate(rows):
        known = outcome.order[index]
        if index in others:
            was = others[index]
            summary.conflict(
                row.number,
                f"another value ({to_text(was.value)}, {was.state}) is there"
                " for this period from this source",
            )
        elif known is not None and id(known) in fresh:
            fresh.discard(id(known))
            summary.loaded += 1
        elif known is not None and content_of(known) == reading.content:
            summary.already += 1
        else:
            summary.skip(row.number, "the programme is closed: it takes nothing new")
