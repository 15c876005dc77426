"""Detection against the bare reading of its rows, at full size; see benchmarks.portfolio.

Prepared once per database: A, 10,000 monthly KPIs x 100 periods; B, 500 weekly ones x 100;
C, the same with 1,000 older periods in a closed baseline group; D, 100,000 monthly ones
x 12. All readings are in the tables with their pointers, every rule is on, and tracks
are packed by the product as writers do. Each run of a figure sets out from series that
are marked as changed and, for full detection, from no findings and no status rows.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from django.db import connection

from benchmarks.portfolio import AT, Portfolio, make
from benchmarks.reading import fastest
from benchmarks.registry import figure

WIDE, FEW, FEW_OLD, MANY = 1, 2, 3, 4
CHANGED = 500


@lru_cache(maxsize=4)
def portfolio(number: int) -> Portfolio:
    """One of the portfolios, made on first use, with its tracks, and known to the planner."""
    from django.db import transaction

    from kpis.models import Baseline
    from kpis.services import tracks

    size = {WIDE: (10_000, 100), FEW: (500, 100), FEW_OLD: (500, 1100), MANY: (100_000, 12)}
    count, periods = size[number]
    weekly = number in (FEW, FEW_OLD)
    with transaction.atomic():
        made = make(number, count, periods, frequency="weekly" if weekly else "monthly")
        if number == FEW_OLD:
            Baseline.objects.bulk_create(
                Baseline(series_id=pk, starts_on=made.start_of(1000), reason="Moved", at=AT)
                for pk in made.ids
            )
        tracks.rebuild(made.ids)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def mark(ids: Iterable[int], since: datetime.date | None = None) -> None:
    """Only these series are marked as changed."""
    from kpis.models import Series
    from kpis.services.statements import execute
    from kpis.services.statements import ids as listed

    Series.objects.filter(changed_at__isnull=False).update(changed_at=None, changed_from=None)
    execute(
        "UPDATE kpis_series SET changed_at = %s, changed_from = %s WHERE id $among",
        AT,
        since,
        listed(ids),
    )


def forget() -> None:
    """No findings and no status rows, as before the first detection."""
    tables = ("kpis_deviation", "kpis_signal", "kpis_seriesstatus")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM {', '.join(tables)}, kpis_series")


def detect() -> object:
    """Everything that is marked."""
    from kpis.models import Series
    from kpis.services import detection

    counts = detection.detect(at=AT, limit=200_000)
    if Series.objects.filter(changed_at__isnull=False).exists():
        raise RuntimeError("detection left series behind, so less was measured")
    return counts


@figure(
    "full detection of 1,000,000 readings / reading them",
    target=1.6,
    unit="x",
    commits=True,
    last=True,
)
def full_detection() -> Iterator[float | None]:
    """10,000 KPIs x 100 periods, statuses, signals and deviations stored, against the fastest read."""
    some = portfolio(WIDE)
    forget()
    mark(some.ids)
    bare = seconds(lambda: fastest(some.first, some.first + some.count))
    took = seconds(detect)
    say_what_was_stored()
    yield took / bare


_SAID: set[str] = set()


def say_what_was_stored() -> None:
    """The counts, once per database."""
    from kpis.models import Deviation, SeriesStatus, Signal

    if connection.vendor not in _SAID:
        _SAID.add(connection.vendor)
        print(
            f"  stored: {SeriesStatus.objects.count():,} statuses,"
            f" {Signal.objects.count():,} signals, {Deviation.objects.count():,} deviations"
        )


@figure(
    "detection of 500 changed of 10,000 / reading those",
    target=3.0,
    unit="x",
    commits=True,
    last=True,
)
def changed_detection() -> Iterator[float | None]:
    """500 KPIs changed, against one indexed query for the readings of their current groups."""
    some = portfolio(WIDE)
    changed = list(some.ids)[:: some.count // CHANGED]
    mark(changed, some.start_of(some.periods - 1))
    bare = min(seconds(lambda: fastest(among=changed)) for _ in range(3))
    yield seconds(detect) / bare


@figure(
    "500 changed with 10 x closed history / without",
    target=1.2,
    unit="x",
    commits=True,
    runs=3,
    last=True,
)
def closed_groups() -> Iterator[float | None]:
    """What a closed baseline group of 1,000 periods adds to judging the 100 of the current one."""
    took = {}
    for number in (FEW, FEW_OLD):
        some = portfolio(number)
        last = some.start_of(some.periods - 1)
        tries = []
        for _ in range(3):
            mark(some.ids, last)
            tries.append(seconds(detect))
        took[number] = min(tries)
    yield took[FEW_OLD] / took[FEW]


@figure(
    "points read, limits locked at 60 of 100",
    target=0.65,
    unit="x",
    commits=True,
    runs=1,
    last=True,
)
def locked_limits() -> Iterator[float | None]:
    """The share of a group's points that is read once its limits are locked: later ones and 24."""
    from kpis.models import Baseline, Rule, Track
    from kpis.rules.portfolio import POINT
    from kpis.services import rules, tracks
    from ledger.rules.actors import Actor

    some = portfolio(FEW)
    forget()
    version = rules.change(
        rule=Rule.objects.get(programme__code=some.code, kpi=None, kind="control_limits"),
        parameters={"lock_after": 60},
        severity="review",
        applies_from=AT.date() - datetime.timedelta(days=366),
        reason="The bench locks limits",
        by=Actor.system("bench"),
        at=AT,
    )
    mark(some.ids)
    detect()
    packed = Track.objects.filter(pk__in=some.ids).values_list("points", flat=True)
    read = sum(len(bytes(points)) for points in packed) // POINT.itemsize
    forget()
    Baseline.objects.filter(series__in=some.ids).delete()
    version.delete()
    tracks.rebuild(some.ids)
    yield read / (some.count * some.periods)


@figure(
    "detection of 100,000 KPIs / of 10,000", target=11.0, unit="x", commits=True, runs=3, last=True
)
def ten_times_the_kpis() -> Iterator[float | None]:
    """100,000 KPIs x 12 periods against the first 10,000 of them."""
    some = portfolio(MANY)
    forget()
    few = some.ids[:10_000]
    mark(few)
    small = seconds(detect)
    forget()
    mark(some.ids)
    yield seconds(detect) / small
