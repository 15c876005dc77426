"""Many KPIs with real readings, prepared set-based: for figures that need a million rows.

``kpis`` writes KPIs, definitions, series, targets and trajectories, ``readings`` their
readings with the pointers to them, each in one statement per table from a small table
of periods, so that a million readings take some ten seconds. What detection reads
beside them (tracks) is packed by the product itself, which is not measured.

Values go up and down around a level well above their path and fire no rule. In the
last period one series of a hundred falls far below its path and its limits; another
one of a hundred has stood below its mean for eight periods.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
PLACES = 1_000_000  # ids of one portfolio

PERIODS = (
    "CREATE TEMPORARY TABLE bench_period (p integer, first date, last date, has_target integer)"
)
NUMBERS = "CREATE TEMPORARY TABLE bench_number (n integer)"
KPIS = """
INSERT INTO kpis_kpi (id, area_id, code, name)
SELECT %s + n, %s, 'bench-' || (%s + n), 'Patients seen in time ' || n FROM bench_number
"""
DEFINITIONS = """
INSERT INTO kpis_definition (id, at, kpi_id, version, text, reason, unit, kind, over_periods,
    over_parts, parts_check, composition, scale, direction, level, frequency, reporting_days,
    provisional_days, effective_from, reporting_from)
SELECT %s + n, %s, %s + n, 1, '', '', '%%', 'number', 'latest', '', '', '', 1, 'increase',
    'outcome', %s, 20, 10, %s, %s FROM bench_number
"""
SERIES = {
    "postgresql": """
INSERT INTO kpis_series (id, definition_id, cell_id, key)
SELECT %s + n, %s + n, %s, gen_random_uuid() FROM bench_number
""",
    "sqlite": """
INSERT INTO kpis_series (id, definition_id, cell_id, key)
SELECT %s + n, %s + n, %s, lower(hex(randomblob(16))) FROM bench_number
""",
}
TARGETS = """
INSERT INTO kpis_target (series_id, period_start, period_end, value, source_id, note, set_at)
SELECT %s + n, first, last, ROUND(48 + 2.0 * p / %s, 4), %s, '', %s FROM bench_number, bench_period
WHERE has_target = 1
"""
TRAJECTORIES = """
INSERT INTO kpis_trajectory (series_id, method, baseline, baseline_on, source_id, note, set_at)
SELECT %s + n, 'linear', 40, %s, %s, '', %s FROM bench_number
"""
READINGS = """
INSERT INTO kpis_reading (id, at, series_id, period_start, period_end, complete, comparator,
    value, state, source_id, note, backfilled)
SELECT %s + n * %s + p, %s, %s + n, first, last, TRUE, '=',
    ROUND(CASE WHEN n %% 100 = 7 AND p = %s THEN 20.0
         WHEN n %% 100 = 8 AND p > %s THEN 69.9 - ((n * 7919 + p * 104729) %% 97) / 1000.0
         ELSE 70 + 0.2 * p / %s
              + (2 * (p %% 2) - 1) * (1 + ((n * 7919 + p * 104729) %% 997) / 1000.0) END, 4),
    'final', %s, '', FALSE
FROM bench_number, bench_period ORDER BY n, p
"""
POINTERS = """
INSERT INTO kpis_livereading (id, reading_id, series_id, period_start, period_end, source_id,
    is_current, chosen)
SELECT id, id, series_id, period_start, period_end, source_id, TRUE, FALSE
FROM kpis_reading WHERE id >= %s AND id < %s ORDER BY id
"""


@dataclass(frozen=True)
class Portfolio:
    """So many series of one programme, whose ids follow each other."""

    first: int
    count: int
    periods: int
    frequency: str
    code: str  # of its programme

    @property
    def ids(self) -> range:
        """The ids of its series."""
        return range(self.first, self.first + self.count)

    def start_of(self, period: int) -> datetime.date:
        """The first day of a period, counted from 0."""
        return spans_of(self.periods, self.frequency)[period][0]


def make(number: int, count: int, periods: int, *, frequency: str = "monthly") -> Portfolio:
    """The ``number``-th portfolio: so many KPIs, each with a value for the last so many periods.

    Every rule is on since a year before; values are owed since then too.
    """
    spans = spans_of(periods, frequency)
    rules_from = AT.date() - datetime.timedelta(days=366)
    area_id, cell_id, source_id = places(f"bench-{number}", rules_from)
    first, n = number * PLACES, periods
    targets = {n - 1, n // 2, n // 4}
    with connection.cursor() as cursor:
        _without_checks(cursor)
        for table in ("bench_period", "bench_number"):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(PERIODS)
        cursor.execute(NUMBERS)
        cursor.executemany(
            "INSERT INTO bench_period VALUES (%s, %s, %s, %s)",
            [(p, start, end, int(p in targets)) for p, (start, end) in enumerate(spans)],
        )
        cursor.executemany("INSERT INTO bench_number VALUES (%s)", [(i,) for i in range(count)])
        cursor.execute(KPIS, (first, area_id, first))
        cursor.execute(DEFINITIONS, (first, AT, first, frequency, rules_from, rules_from))
        cursor.execute(SERIES[connection.vendor], (first, first, cell_id))
        cursor.execute(TARGETS, (first, n, source_id, AT))
        cursor.execute(TRAJECTORIES, (first, spans[0][1], source_id, AT))
        lowest = number * PLACES * 1000
        cursor.execute(READINGS, (lowest, n, AT, first, n - 1, n - 9, n, source_id))
        cursor.execute(POINTERS, (lowest, lowest + count * n))
    return Portfolio(first, count, n, frequency, f"bench-{number}")


def an_area(code: str, rules_from: datetime.date = datetime.date(2016, 1, 1)):  # type: ignore[no-untyped-def]  # models load once Django is set up
    """A programme with its rules, an area and a ladder of two forums."""
    from forums.services import forums
    from kpis.services import rules
    from labs.services import areas, programmes
    from ledger.rules.actors import Actor
    from people.services import organisations, posts

    by = Actor.system("bench")
    programme = programmes.open(code=code, name=code, by=by, at=AT)
    rules.install_defaults(programme=programme, applies_from=rules_from, by=by, at=AT)
    ministry = organisations.create(name=f"Ministry of {code}", by=by, at=AT)
    chair = posts.create(organisation=ministry, title="Chair", by=by, at=AT)
    top = forums.create(name=f"Top of {code}", chair=chair, by=by, at=AT)
    home = forums.create(name=f"Home of {code}", chair=chair, parent=top, by=by, at=AT)
    return areas.create(
        programme=programme, name=code, lead=ministry, home_forum=home, by=by, at=AT
    )


def _without_checks(cursor: Any) -> None:
    """Rows that fit by construction need not be looked up in five tables each."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute("SET LOCAL session_replication_role = replica")


def spans_of(count: int, frequency: str) -> list[tuple[datetime.date, datetime.date]]:
    """The first and last days of the last so many periods that are due by now."""
    from kpis.rules.periods import containing, previous_period

    back = 14 if frequency == "weekly" else 50
    period = containing(AT.date() - datetime.timedelta(days=back), frequency)  # type: ignore[arg-type]
    found = []
    for _ in range(count):
        found.append((period.start, period.end))
        period = previous_period(period, frequency)  # type: ignore[arg-type]
    return found[::-1]


def places(code: str, rules_from: datetime.date) -> tuple[int, int, int]:
    """The ids of an area of a new programme with all its rules, of the total, and of a source."""
    from kpis.models import Cell
    from kpis.services import sources

    area = an_area(code, rules_from)
    cell = Cell.objects.create(programme=area.programme, key="total", label="Total")
    source = sources.ensure_many(names=["Register"])["Register"]
    return area.pk, cell.pk, source.pk
