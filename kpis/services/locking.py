"""Control limits that no longer move: locked after so many values, where the rule says so.

The rule on control limits has a setting, ``lock_after``; 0 locks nothing. Once the newest
baseline of a series has that many values, its average and limits are kept on the
baseline's row and later values are judged against them; from then on only these are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When
from django.db.models.functions import Length

from kpis.models import Baseline, Kpi, RuleVersion, Series
from kpis.rules import xmr
from kpis.rules.periods import containing
from kpis.rules.portfolio import APART, LEAD, POINT, PROVISIONAL
from kpis.selectors import baselines
from kpis.services import series as series_service
from kpis.services import tracks
from kpis.services.detection import versions
from kpis.services.readings import checks
from ledger.rules.actors import Actor
from ledger.services import events
from people.models import Act

CHUNK = 500
KIND = "control_limits"
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Lock:
    """The limits of the first values of a baseline."""

    starts_on: date
    through: date
    points: int
    mean: float
    lower: float
    upper: float


def lock_due(*, at: datetime, limit: int = CHUNK) -> int:
    """Lock the limits of baselines that have enough values now; how many were locked.

    Values that are provisional lock nothing, nor do values that do not vary. Safe to
    repeat; three queries when nothing is due.
    """
    after = _after_how_many()
    if not after:
        return 0
    waiting = _candidates(after)[:limit]
    with transaction.atomic():
        held = series_service.hold(waiting)
        rows = Series.objects.filter(pk__in=held).select_related(
            "track", "cell", "definition__kpi__area__programme"
        )
        return _lock([row for row in rows if row.track.locked_mean is None], after, at)


def _after_how_many() -> dict[int, tuple[int, Mapping[int, int]]]:
    """Per programme that locks limits: after how many values, and the KPIs that differ."""
    locking = RuleVersion.objects.filter(
        rule__kind=KIND, rule__programme__closed_at=None, parameters__lock_after__gt=0
    )
    programmes = set(locking.order_by().values_list("rule__programme", flat=True))
    by_kpi, by_programme = versions.newest(programmes)
    own = {pk: _points(kinds[KIND]) for pk, kinds in by_kpi.items() if KIND in kinds}
    found = {}
    for pk in programmes:
        general = by_programme.get(pk, {}).get(KIND)
        found[pk] = (0 if general is None else _points(general), own)
    return {pk: told for pk, told in found.items() if told[0] or any(own.values())}


def _points(version: versions.Version) -> int:
    return int(version.params["lock_after"]) if version.enabled else 0


def _candidates(after: Mapping[int, tuple[int, Mapping[int, int]]]) -> list[int]:
    """Series of these programmes with enough records, whose limits are not locked."""
    own = {kpi: points for _general, each in after.values() for kpi, points in each.items()}
    needed = Case(
        *(When(definition__kpi=kpi, then=Value(points)) for kpi, points in own.items()),
        *(
            When(definition__kpi__area__programme=pk, then=Value(general))
            for pk, (general, _own) in after.items()
        ),
        default=Value(0),
    )
    rows = (
        Series.objects.filter(
            definition__kpi__area__programme__in=list(after), track__locked_mean=None
        )
        .annotate(needed=needed, size=Length("track__points"))
        .filter(needed__gt=0)
        .order_by("pk")
        .values_list("pk", "needed", "size")
    )
    return [pk for pk, points, size in rows if (size or 0) >= points * POINT.itemsize]


def _lock(
    rows: list[Series], after: Mapping[int, tuple[int, Mapping[int, int]]], at: datetime
) -> int:
    by = Actor.system("limits")
    kpis = {row.definition.kpi_id for row in rows}
    restricted = set(
        Kpi.objects.filter(pk__in=kpis, restricted_to__isnull=False).values_list("pk", flat=True)
    )
    standing = {each.series_id: each for each in baselines.newest_of(row.pk for row in rows)}
    done, lines = [], []
    for row in rows:
        general, own = after[checks.programme_of(row).pk]
        found = _limits(row, own.get(row.definition.kpi_id, general))
        if found is None or not _keep(row, standing.get(row.pk), found, by, at):
            continue
        done.append(row.pk)
        lines.append(_line(row, found, row.definition.kpi_id in restricted))
    if done:
        tracks.changed(series_ids=done, at=at, news=False)
        events.record_many(lines=lines, by=by, at=at)
    return len(done)


def _limits(row: Series, points: int) -> Lock | None:
    """The limits of the first ``points`` values of the newest group; None while they may change."""
    records: Any = np.frombuffer(bytes(row.track.points), POINT)
    records = records[records["flags"] & (LEAD | APART) == 0]
    seen = np.flatnonzero(~np.isnan(records["value"]))
    if not points or len(seen) < points:
        return None
    first = records[: int(seen[points - 1]) + 1]
    if (first["flags"] & PROVISIONAL).any():
        return None
    lines = xmr.limits([None if value != value else value for value in first["value"].tolist()])
    if lines.mean is None or lines.lower is None or lines.upper is None:
        return None
    last = EPOCH + timedelta(days=int(first["start"][-1]))
    period = containing(
        last, checks.frequency_of(row.definition), checks.programme_of(row).fiscal_year_start
    )
    starts_on = EPOCH + timedelta(days=int(first["start"][0]))
    return Lock(starts_on, period.end, points, lines.mean, lines.lower, lines.upper)


def _keep(row: Series, standing: Baseline | None, lock: Lock, by: Actor, at: datetime) -> bool:
    """Write the limits on the baseline, which is made where the series has none."""
    fields = {
        "locked_at": at,
        "locked_points": lock.points,
        "locked_through": lock.through,
        "mean": lock.mean,
        "lower": lock.lower,
        "upper": lock.upper,
    }
    if standing is not None:
        open_one = Baseline.objects.filter(pk=standing.pk, locked_at=None, withdrawn_at=None)
        return open_one.update(**fields) == 1
    made = Baseline(
        series=row,
        starts_on=lock.starts_on,
        reason=f"Limits locked after {lock.points} values",
        at=at,
        **fields,
        **Act.fields_of(by),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _line(row: Series, lock: Lock, restricted: bool) -> events.Line:
    return events.Line(
        "baseline.locked",
        row,
        {"points": lock.points, "through": lock.through},
        programme_id=checks.programme_of(row).pk,
        restricted=restricted,
    )
