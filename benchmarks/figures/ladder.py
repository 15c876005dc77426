"""Deadlines of disputes: against the barest statement that could move the same rows.

The bare way changes tier and last day and writes what it moved into a log, in one
statement. Ours finds out who could sit and on which day each forum's time ends, leaves one
rung and enters the next, writes each step with its reason, the event with the digest of its
rows, and queues the notices. Both commit.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks import ladders
from benchmarks.registry import figure

AT = ladders.AT
MANY, FEW, OPEN = 100_000, 10_000, 1_000_000
FAR = datetime.date(2026, 5, 4)
LOG = {
    "postgresql": "CREATE TABLE IF NOT EXISTS bench_log (id bigserial PRIMARY KEY,"
    " dispute bigint, from_tier int, to_tier int, at timestamptz)",
    "sqlite": "CREATE TABLE IF NOT EXISTS bench_log (id integer PRIMARY KEY,"
    " dispute bigint, from_tier int, to_tier int, at datetime)",
}
BARE = {
    "postgresql": [
        """
        WITH moved AS (
            UPDATE reviews_dispute SET tier = tier + 1, deadline = %(far)s
            WHERE state = 'open' AND overdue_at_top_since IS NULL AND deadline < %(today)s
            RETURNING id, tier
        )
        INSERT INTO bench_log (dispute, from_tier, to_tier, at)
        SELECT id, tier - 1, tier, %(at)s FROM moved
        """
    ],
    # SQLite returns rows to its caller only: the log is written first.
    "sqlite": [
        """
        INSERT INTO bench_log (dispute, from_tier, to_tier, at)
        SELECT id, tier, tier + 1, %(at)s FROM reviews_dispute
        WHERE state = 'open' AND overdue_at_top_since IS NULL AND deadline < %(today)s
        """,
        """
        UPDATE reviews_dispute SET tier = tier + 1, deadline = %(far)s
        WHERE state = 'open' AND overdue_at_top_since IS NULL AND deadline < %(today)s
        """,
    ],
}
codes = iter(range(1_000))


def bare() -> float:
    """Seconds of the bare statement over all that is due."""
    at = connection.ops.adapt_datetimefield_value(AT)
    with connection.cursor() as cursor:
        cursor.execute(LOG[connection.vendor])
        cursor.execute("DELETE FROM bench_log")
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in BARE[connection.vendor]:
            cursor.execute(statement, {"far": FAR, "today": AT.date(), "at": at})
        if cursor.rowcount != MANY:
            raise RuntimeError(f"the bare statement moved {cursor.rowcount}")
    return time.perf_counter() - began


def swept(count: int) -> float:
    """Seconds of one sweep; every step written, recorded once, and queued for its notice."""
    from ledger.models import Event
    from reviews.models import BumpUp
    from reviews.services import advancing

    began = time.perf_counter()
    counts = advancing.advance(at=AT)
    took = time.perf_counter() - began
    queued = BumpUp.objects.filter(told_at=None, event__isnull=False).count()
    recorded = Event.objects.filter(pk__in=BumpUp.objects.values("event"))
    events = sum(event.data["moved"] for event in recorded)
    if (counts.moved, queued, events) != (count, count, count):
        raise RuntimeError(f"{count} were due: {counts}, {queued} queued, {events} recorded")
    return took


def a_sweep_of(count: int) -> float:
    ladders.clear()
    ladders.due(ladders.world(f"sweep{next(codes)}"), 1, count)
    return swept(count)


# In one process the bare statement has next to nothing to do: 4 µs a row, without a server.
@figure(
    "100,000 disputes moved / one bare UPDATE", target=4.0, on_sqlite=20.0, unit="x", commits=True,
    runs=3, last=True,
)  # fmt: skip
def against_the_bare_statement() -> Iterator[float | None]:
    """How many times the bare statement's time the sweep takes over as many equal rows."""
    ours = a_sweep_of(MANY)
    ladders.clear()
    ladders.due(ladders.world(f"bare{next(codes)}"), 1, MANY)
    yield ours / bare()


@figure(
    "100,000 disputes moved / 10,000 moved", target=12.0, unit="x", commits=True, runs=3, last=True
)
def sweeping_is_linear() -> Iterator[float | None]:
    """Ten times as many due, at most twelve times the time."""
    few = a_sweep_of(FEW)
    yield a_sweep_of(MANY) / few


def idle() -> float:
    """Milliseconds of a round with nothing due: the best of many."""
    from reviews.services import advancing

    rounds = []
    for _ in range(30):
        began = time.perf_counter()
        advancing.advance(at=AT)
        rounds.append((time.perf_counter() - began) * 1000)
    return min(rounds)


def index_used(statement: str) -> bool:
    """Whether the database answers by the partial index on what is still to advance."""
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as cursor:
        cursor.execute(explain + statement)
        plan = "\n".join(str(row) for row in cursor.fetchall())
    return "dispute_to_advance" in plan


@figure(
    "idle sweep, 1,000,000 disputes open / 10 open", target=3.0, unit="x", commits=True, runs=1,
    last=True,
)  # fmt: skip
def idle_sweep() -> Iterator[float | None]:
    """How much longer a round with nothing due takes; it must be one query, by the index."""
    from benchmarks.portfolio import an_area
    from reviews.services import advancing

    ladders.clear()
    area = an_area(f"open{next(codes)}").pk
    ladders.ahead(area, 10)
    few = idle()
    ladders.ahead(area, OPEN - 10)
    with CaptureQueriesContext(connection) as queries:
        advancing.advance(at=AT)
    if len(queries) != 1 or not index_used(queries[0]["sql"]):
        raise RuntimeError(f"an idle sweep asked {[query['sql'] for query in queries]}")
    many = idle()
    ladders.clear()
    yield many / few
