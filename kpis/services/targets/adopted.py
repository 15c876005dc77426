"""Targets and paths of an adopted revision, brought into force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Series, Target
from kpis.rules.periods import Period, parse_date
from kpis.services import series as series_service
from kpis.services import trajectories
from kpis.services.targets.checks import CHUNK, TargetRefused, TargetStale, check, read
from labs.models import Change, Revision
from labs.rules.revisions import PATH
from ledger.rules.actors import Actor
from ledger.services import events


def apply(*, revision: Revision, by: Actor, at: datetime) -> list[Target]:
    """Bring the targets and paths of an adopted revision into force; what they replace is closed.

    Called in the transaction of the adoption and nowhere else. Applying the same
    revision again adds nothing. The targets that were set; paths are in
    services/trajectories.py. Raises TargetStale when a target in force is not the one
    that the change set out to replace, TargetRefused; TrajectoryStale, TrajectoryRefused.
    """
    with transaction.atomic():
        every = list(revision.changes.filter(part=Change.Part.TARGET).order_by("pk"))
        by_key = _series_by_key(every)
        changes = _still_to_do([change for change in every if change.field != PATH])
        paths = trajectories.apply_changes(
            changes=[change for change in every if change.field == PATH], by_key=by_key, at=at
        )
        if not changes and not paths:
            return []
        current = _current(by_key)
        made = [
            target
            for change in changes
            if (target := _apply_one(change, by_key, current, at)) is not None
        ]
        Target.objects.bulk_create(made, batch_size=CHUNK)
        series_service.touch(
            series_ids={series.pk for series in by_key.values()},
            at=at,
            since=min((period_of(change.field).start for change in changes), default=None),
        )
        events.record(
            verb="targets.applied",
            subject=revision,
            by=by,
            at=at,
            data={
                "changes": [change.pk for change in [*changes, *paths]],
                "set": len(made),
                "paths": len(paths),
            },
            programme_id=revision.plan.lab.area.programme_id,
            restricted=revision.plan.lab.restricted_to.exists(),
        )
        return made


def _still_to_do(changes: Sequence[Change]) -> list[Change]:
    """The changes that set and closed nothing yet."""
    set_by = Target.objects.filter(change__in=changes).values_list("change_id", flat=True)
    ended = Target.objects.filter(until_change__in=changes)
    done = {*set_by, *ended.values_list("until_change_id", flat=True)}
    return [change for change in changes if change.pk not in done]


def _apply_one(
    change: Change, by_key: Mapping[Any, Series], current: dict[Any, Target], at: datetime
) -> Target | None:
    series = by_key.get(change.key)
    if series is None:
        raise TargetRefused(
            _("A target of this revision is for a KPI or part that does not exist.")
        )
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
