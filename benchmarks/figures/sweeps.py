"""The sweeps: what an idle round costs, however much is open.

Ratios, since machines differ: each is measured against a yardstick in the same run.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.portfolio import an_area
from benchmarks.registry import figure

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
OPEN_ROWS = 10_000  # half of them disputes, half series
ROUNDS = 15


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


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
    from reviews.services import advancing, routing, voting

    with CaptureQueriesContext(connection) as queries:
        detection.detect(at=AT)
        detection.detect_due(at=AT)
        routing.route(at=AT)
        voting.close_due(at=AT)
        advancing.advance(at=AT)
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
