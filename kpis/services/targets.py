"""Targets: set by an adopted revision, or loaded with their source; never edited (fact 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import ImportBatch, Series, Source, Target
from kpis.models.kpis import Direction
from kpis.rules.periods import Period, parse_date
from kpis.rules.values import to_decimal
from kpis.selectors import targets as target_selectors
from kpis.services import series as series_service
from kpis.services import sources
from labs.models import Change, Revision
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events

in_force = target_selectors.in_force
Asked = tuple[Decimal, Decimal | None, Decimal | None]
CHUNK = 1000


class TargetRefused(Refused):
    """A target that cannot be set as asked."""

    code = "target"


class TargetConflict(TargetRefused):
    """Another target is in force for the same series and period."""

    code = "target_conflict"
    message = _(
        "Another target is in force for this period."
        " A target changes by a revision of the plan, with its reason."
    )


class TargetStale(TargetRefused):
    """What the change says it replaces is not what is in force."""

    code = "stale"
    message = _(
        "A target changed since this revision was written."
        " Look at the targets in force and write the change anew."
    )


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
    series_service.touch(series_ids={row.series.pk for row in rows}, at=at)
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


def check(
    series: Series, value: Decimal, high: Decimal | None, baseline: Decimal | None = None
) -> None:
    """Whether a target fits the KPI's direction. Raises TargetRefused, NumberRefused."""
    direction = series.definition.direction
    to_decimal(value, field="value")
    if baseline is not None:
        to_decimal(baseline, field="baseline")
    if direction == Direction.CONTEXT:
        raise TargetRefused(_("A KPI for context only has no target. Give it a direction first."))
    if direction == Direction.RANGE:
        if high is None:
            raise TargetRefused(_("Give the lower and the upper end of the range."))
        if to_decimal(high, field="high") < value:
            raise TargetRefused(_("The upper end of the range is below its lower end."))
    elif high is not None:
        raise TargetRefused(_("A KPI that rises or falls has one target value, not a range."))


def apply(*, revision: Revision, by: Actor, at: datetime) -> list[Target]:
    """Bring the targets of an adopted revision into force; what they replace is closed.

    Called in the transaction of the adoption and nowhere else. Applying the same
    revision again adds nothing. Raises TargetStale when a target in force is not
    the one that the change set out to replace, TargetRefused.
    """
    with transaction.atomic():
        changes = list(revision.changes.filter(part=Change.Part.TARGET).order_by("pk"))
        done = set(
            Target.objects.filter(change__in=changes).values_list("change_id", flat=True)
        ) | set(
            Target.objects.filter(until_change__in=changes).values_list(
                "until_change_id", flat=True
            )
        )
        changes = [change for change in changes if change.pk not in done]
        if not changes:
            return []
        by_key = _series_by_key(changes)
        current = _current(by_key)
        made = [
            target
            for change in changes
            if (target := _apply_one(change, by_key, current, at)) is not None
        ]
        Target.objects.bulk_create(made, batch_size=CHUNK)
        series_service.touch(series_ids={series.pk for series in by_key.values()}, at=at)
        events.record(
            verb="targets.applied",
            subject=revision,
            by=by,
            at=at,
            data={"changes": [change.pk for change in changes], "set": len(made)},
            programme_id=revision.plan.lab.area.programme_id,
            restricted=revision.plan.lab.restricted_to.exists(),
        )
        return made


def _apply_one(
    change: Change, by_key: Mapping[Any, Series], current: dict[Any, Target], at: datetime
) -> Target | None:
    series = by_key.get(change.key)
    if series is None:
        raise TargetRefused(_("A target of this revision points at a series that does not exist."))
    period = period_of(change.field)
    place = (series.pk, period.start, period.end)
    standing = current.pop(place, None)
    _check_before(change, standing)
    if standing is not None:
        closed = Target.objects.filter(pk=standing.pk, until_change=None).update(
            until_change=change
        )
        if closed != 1:
            raise TargetStale
    if change.after is None:
        return None
    value, high, baseline = read(change.after)
    check(series, value, high)
    target = Target(
        series=series,
        period_start=period.start,
        period_end=period.end,
        value=value,
        high=high,
        baseline=baseline,
        change=change,
        set_at=at,
    )
    current[place] = target
    return target


def period_of(field: str) -> Period:
    """The period that a change's field names. Raises PeriodRefused."""
    start, _slash, end = field.partition("/")
    return Period(parse_date(start), parse_date(end))


def read(after: Mapping[str, Any]) -> Asked:
    """Value, upper end and baseline as a change writes them. Raises NumberRefused."""
    numbers = {
        name: None if after.get(name) in (None, "") else to_decimal(after[name], field=name)
        for name in ("value", "high", "baseline")
    }
    if numbers["value"] is None:
        raise TargetRefused(_("Write a value for the target."))
    return numbers["value"], numbers["high"], numbers["baseline"]


def _check_before(change: Change, standing: Target | None) -> None:
    """Raises TargetStale unless the change replaces what is in force."""
    now = None if standing is None else (standing.value, standing.high, standing.baseline)
    before = None if change.before is None else read(change.before)
    if now != before:
        raise TargetStale


def _series_by_key(changes: Sequence[Change]) -> dict[Any, Series]:
    rows = Series.objects.filter(key__in={change.key for change in changes})
    return {series.key: series for series in rows.select_related("definition__kpi")}


def _current(by_key: Mapping[Any, Series]) -> dict[Any, Target]:
    rows = Target.objects.filter(series__in=by_key.values(), until_change=None)
    return {(t.series_id, t.period_start, t.period_end): t for t in rows}


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
