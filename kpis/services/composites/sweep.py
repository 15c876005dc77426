"""The sweep: composites whose components changed are worked out anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from kpis.models import Definition, LiveReading, Reading, Series
from kpis.models.kpis import Composition
from kpis.rules import composites as rules
from kpis.rules.composites import Worked
from kpis.rules.periods import Period, is_complete
from kpis.rules.values import Observation
from kpis.selectors import composites, locks
from kpis.services import series as series_service
from kpis.services.composites import writing
from kpis.services.composites.writing import SOURCE, Place
from kpis.services.readings import checks
from ledger.rules.actors import Actor

log = structlog.get_logger(__name__)
BY = Actor.system("composites")

__all__ = ["BY", "SOURCE", "Counts", "work_out"]


@dataclass(slots=True)
class Counts:
    """What a run did; ``held_back`` lie in locked periods."""

    composites: int = 0
    recorded: int = 0
    corrected: int = 0
    retracted: int = 0
    held_back: int = 0
    more: bool = False

    def add(self, other: Counts) -> None:
        self.composites += other.composites
        self.recorded += other.recorded
        self.corrected += other.corrected
        self.retracted += other.retracted
        self.held_back += other.held_back
        self.more = other.more


def work_out(*, at: datetime, limit: int = 20) -> Counts:
    """Work out up to ``limit`` composites that wait for it, each in a transaction of its own.

    So many queries per composite, however long its history and many its parts. One that
    fails is logged, and waits for the next change or for ``recheck``.
    """
    total = Counts(more=True)
    while total.more and total.composites < limit:
        total.add(_next(at))
    return total


def _next(at: datetime) -> Counts:
    """Take one composite and work it out; ``more`` False when none was waiting."""
    with transaction.atomic():
        claimed = (
            composites.in_use()
            .filter(composed_at=None)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("pk")
            .values_list("pk", flat=True)
            .first()
        )
        if claimed is None:
            return Counts()
        Definition.objects.filter(pk=claimed, composed_at=None).update(composed_at=at)
        definition = Definition.objects.select_related("kpi__area__programme").get(pk=claimed)
        try:
            with transaction.atomic():
                counts = _work_out(definition, at)
        except checks.ProgrammeClosed:
            counts = Counts()
        except Exception:
            log.exception("composite_not_worked_out", definition=claimed)
            counts = Counts()
    counts.composites, counts.more = 1, True
    return counts


def _work_out(definition: Definition, at: datetime) -> Counts:
    parts = composites.components(definition)
    weights = composites.weights(parts)
    values = composites.values(weights)
    mean = definition.composition == Composition.WEIGHTED
    by_cell = {
        key: rules.work_out(values.of(key), weights, mean=mean)
        for key, of_cell in values.by_cell.items()
        if len(of_cell) == len(weights)
    }
    series = _series(definition, {key for key, found in by_cell.items() if found}, at)
    wanted = {
        (series[key].pk, period.start, period.end): worked
        for key, found in by_cell.items()
        for period, worked in found.items()
        if key in series and _is_own(definition, period)
    }
    pointers = composites.standing(one.pk for one in series.values())
    now = {place: _standing(pointer.reading) for place, pointer in pointers.items()}
    found = rules.differences(wanted, now)
    return _write(definition, found, pointers, at) if found.any else Counts()


def _write(
    definition: Definition,
    found: rules.Differences[Place],
    pointers: dict[Place, LiveReading],
    at: datetime,
) -> Counts:
    """Write what differs, but for locked periods."""
    held = checks.hold_programmes([definition.kpi.area.programme_id])

    def is_free(place: Place) -> bool:
        return locks.lock_on(held, definition.kpi_id, place[2]) is None

    free = rules.Differences(
        new={place: value for place, value in found.new.items() if is_free(place)},
        changed={place: value for place, value in found.changed.items() if is_free(place)},
        gone=[place for place in found.gone if is_free(place)],
    )
    counts = Counts(recorded=len(free.new), corrected=len(free.changed), retracted=len(free.gone))
    everything = len(found.new) + len(found.changed) + len(found.gone)
    counts.held_back = everything - counts.recorded - counts.corrected - counts.retracted
    if free.any:
        writing.write(definition=definition, found=free, pointers=pointers, by=BY, at=at)
    return counts


def _series(definition: Definition, keys: set[str], at: datetime) -> dict[str, Series]:
    """The composite's series by cell, with one for each cell that all components share."""
    have = {
        one.cell.key: one
        for one in Series.objects.filter(definition=definition).select_related("cell")
    }
    lacking = keys - have.keys()
    if lacking:
        have |= series_service.ensure_many(
            definition=definition, cells=dict.fromkeys(lacking), at=at
        )
    return have


def _is_own(definition: Definition, period: Period) -> bool:
    start = definition.kpi.area.programme.fiscal_year_start
    return is_complete(period, checks.frequency_of(definition), start)


def _standing(reading: Reading) -> Worked:
    seen = Observation(reading.comparator, reading.value, reading.high)  # type: ignore[arg-type]
    return Worked(seen, reading.state == Reading.State.PROVISIONAL, reading.backfilled)
