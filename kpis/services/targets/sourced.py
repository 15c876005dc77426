"""Targets that were set outside the system, loaded with the source that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from kpis.models import ImportBatch, Series, Source, Target
from kpis.rules.periods import Period
from kpis.selectors import targets as target_selectors
from kpis.services import series as series_service
from kpis.services import sources
from kpis.services.targets.checks import CHUNK, Asked, TargetConflict, check
from ledger.rules.actors import Actor
from ledger.services import events


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as a source gives it."""

    series: Series
    period: Period
    value: Decimal
    source: str
    high: Decimal | None = None
    baseline: Decimal | None = None
    note: str = ""

    @property
    def place(self) -> tuple[int, date, date]:
        return (self.series.pk, self.period.start, self.period.end)

    @property
    def asked(self) -> Asked:
        return (self.value, self.high, self.baseline)


def from_source(
    *,
    series: Series,
    period: Period,
    value: Decimal,
    high: Decimal | None = None,
    baseline: Decimal | None = None,
    source: str,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Target:
    """Load a target that was set outside the system. The same again adds nothing.

    Raises TargetConflict when another one is in force, TargetRefused when it
    does not fit the KPI's direction, NumberRefused.
    """
    row = TargetRow(series, period, value, source, high, baseline, note)
    with transaction.atomic():
        known = known_targets(series_ids=[series.pk])
        if found := match(row, known):
            return found
        if any(target.until_change_id is None for target in known.get(row.place, [])):
            raise TargetConflict
        check(series, value, high, baseline)
        target = insert(rows=[row], at=at)[0]
        events.record(
            verb="target.loaded",
            subject=target,
            by=by,
            at=at,
            data={
                "series": series.pk,
                "period": target_selectors.field_of(period.start, period.end),
                "source": target.source_id,
                **target_selectors.asked(value, high, baseline),
            },
            texts={"note": note},
            programme_id=series.definition.kpi.area.programme_id,
            restricted=series.definition.kpi.restricted_to.exists(),
        )
        return target


def insert(
    *, rows: Sequence[TargetRow], batch: ImportBatch | None = None, at: datetime
) -> list[Target]:
    """Write targets that were checked, and ask for detection; the event is the caller's."""
    named = sources.ensure_many(names=(row.source for row in rows))
    made = [_target(row, named[row.source.strip()], batch, at) for row in rows]
    try:
        with transaction.atomic():
            Target.objects.bulk_create(made, batch_size=CHUNK)
    except IntegrityError as error:
        raise TargetConflict from error
    series_service.touch(
        series_ids={row.series.pk for row in rows},
        at=at,
        since=min((row.period.start for row in rows), default=None),
    )
    return made


def match(row: TargetRow, known: Mapping[tuple[int, date, date], list[Target]]) -> Target | None:
    """The target that this very row set before, in force or since replaced."""
    for target in known.get(row.place, []):
        same = (target.value, target.high, target.baseline) == row.asked
        if same and target.source is not None and target.source.name == row.source.strip():
            return target
    return None


def known_targets(*, series_ids: Iterable[int]) -> dict[tuple[int, date, date], list[Target]]:
    """Every target of these series by series and period, with its source (one query per thousand)."""
    wanted = sorted(series_ids)
    found: dict[tuple[int, date, date], list[Target]] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = Target.objects.filter(series__in=wanted[start : start + CHUNK])
        for target in rows.select_related("source").order_by("set_at", "pk"):
            place = (target.series_id, target.period_start, target.period_end)
            found.setdefault(place, []).append(target)
    return found


def _target(row: TargetRow, source: Source, batch: ImportBatch | None, at: datetime) -> Target:
    return Target(
        series=row.series,
        period_start=row.period.start,
        period_end=row.period.end,
        value=row.value,
        high=row.high,
        baseline=row.baseline,
        source=source,
        batch=batch,
        note=row.note,
        set_at=at,
    )
