"""The sweeps: detection against the bare reading of its rows, and what an idle one costs.

Ratios, since machines differ: each is measured against a yardstick in the same run.
"""

from __future__ import annotations

import datetime
import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.registry import figure

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
SERIES, MONTHS = 200, 36
OPEN_ROWS = 10_000  # half of them disputes, half series
ROUNDS = 15


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def an_area(code: str):  # type: ignore[no-untyped-def]  # models load once Django is set up
    """A programme with its rules, an area and a ladder of two forums."""
    from forums.services import forums
    from kpis.services import rules
    from labs.services import areas, programmes
    from ledger.rules.actors import Actor
    from people.services import organisations, posts

    by = Actor.system("bench")
    programme = programmes.open(code=code, name=code, by=by, at=AT)
    rules.install_defaults(
        programme=programme, applies_from=datetime.date(2016, 1, 1), by=by, at=AT
    )
    ministry = organisations.create(name=f"Ministry of {code}", by=by, at=AT)
    chair = posts.create(organisation=ministry, title="Chair", by=by, at=AT)
    top = forums.create(name=f"Top of {code}", chair=chair, by=by, at=AT)
    home = forums.create(name=f"Home of {code}", chair=chair, parent=top, by=by, at=AT)
    return areas.create(
        programme=programme, name=code, lead=ministry, home_forum=home, by=by, at=AT
    )


def measured_series(code: str) -> None:
    """``SERIES`` series by month, each with ``MONTHS`` values, all marked as changed."""
    from kpis.rules.periods import containing, next_period
    from kpis.rules.values import Observation
    from kpis.services import kpis, readings
    from kpis.services import series as series_service
    from ledger.rules.actors import Actor

    by = Actor.system("bench")
    kpi = kpis.create(
        area=an_area(code),
        code=code,
        name="Seen in time",
        unit="%",
        direction="increase",
        frequency="monthly",
        effective_from=datetime.date(2016, 1, 1),
        by=by,
        at=AT,
    )
    definition = kpi.definitions.get()
    cells = {f"trust=T{number}": None for number in range(SERIES)}
    made = series_service.ensure_many(definition=definition, cells=cells, at=AT)
    month, rows = containing(datetime.date(2016, 1, 1), "monthly"), []
    for number in range(MONTHS):
        for place, series in enumerate(made.values()):
            seen = Observation("=", Decimal(90 + (number * 7 + place) % 5))
            rows.append(readings.ReadingRow(series, month, seen, "Register"))
        month = next_period(month, "monthly")
    readings.record_many(rows=rows, backfilled=False, by=by, at=AT)


@figure("detection of 200 series x 36 months / reading the rows", target=40.0, unit="x")
def detection_against_reading() -> Iterator[float | None]:
    """How many times longer than fetching the same values detection takes."""
    from kpis.models import LiveReading, Series
    from kpis.services import detection

    measured_series("detection")
    columns = ("series_id", "period_start", "period_end", "reading__value", "reading__denominator")
    rows = LiveReading.objects.filter(is_current=True).values_list(*columns)
    bare = statistics.median(seconds(lambda: list(rows.all())) for _ in range(5))
    took = seconds(lambda: detection.detect(at=AT))
    if Series.objects.filter(changed_at__isnull=False).exists():
        raise RuntimeError("detection left series behind, so less was measured")
    yield took / bare


def open_disputes(count: int, code: str) -> None:
    """So many open disputes whose last day lies ahead."""
    from reviews.models import Dispute

    area = an_area(code)
    Dispute.objects.bulk_create(
        (
            Dispute(
                area=area,
                title=f"Dispute {number}",
                about="value",
                question="Whose?",
                deadline=AT.date() + datetime.timedelta(days=30 + number % 300),
                at=AT,
            )
            for number in range(count)
        ),
        batch_size=1000,
    )


def quiet_series(count: int, code: str) -> None:
    """So many series that were looked at and wait for a day far ahead."""
    from kpis.models import Cell, Definition, Series, SeriesStatus
    from kpis.services import kpis
    from ledger.rules.actors import Actor

    area = an_area(code)
    kpi = kpis.create(area=area, code=code, name=code, unit="%", by=Actor.system("bench"), at=AT)
    definition = Definition.objects.get(kpi=kpi)
    cells = Cell.objects.bulk_create(
        (
            Cell(programme=area.programme, key=f"trust=Q{number}", label=f"Q{number}")
            for number in range(count)
        ),
        batch_size=1000,
    )
    made = Series.objects.bulk_create(
        (Series(definition=definition, cell=cell) for cell in cells), batch_size=1000
    )
    ahead = AT.date() + datetime.timedelta(days=40)
    SeriesStatus.objects.bulk_create(
        (
            SeriesStatus(series=series, status="not_due", check_on=ahead, computed_at=AT)
            for series in made
        ),
        batch_size=1000,
    )
    Series.objects.update(changed_at=None)


def idle() -> int:
    """One round of every sweep with nothing to do; how many queries it took."""
    from kpis.services import detection
    from reviews.services import ladder, routing, voting

    with CaptureQueriesContext(connection) as queries:
        detection.detect(at=AT)
        detection.detect_due(at=AT)
        routing.route(at=AT)
        voting.close_due(at=AT)
        ladder.advance(at=AT)
    return len(queries)


@figure("idle sweeps, 10,000 rows open / 10 rows open", target=3.0, unit="x")
def idle_time() -> Iterator[float | None]:
    """How much longer a round with nothing to do takes when a thousand times as much is open.

    The number of its queries must not depend on the rows at all.
    """
    open_disputes(10, "few")
    quiet_series(10, "calm")
    asked, few = idle(), min(seconds(idle) for _ in range(ROUNDS))
    open_disputes(OPEN_ROWS // 2, "many")
    quiet_series(OPEN_ROWS // 2, "calmer")
    if idle() != asked:
        raise RuntimeError(f"{asked} queries became {idle()}: a sweep asks per row")
    yield min(seconds(idle) for _ in range(ROUNDS)) / few


@figure("queries of a round of idle sweeps", target=15, unit="")
def idle_queries() -> Iterator[float | None]:
    """How often a round with nothing to do asks the database."""
    open_disputes(10, "few")
    quiet_series(10, "calm")
    yield idle()
