"""Importing readings: against the barest way to bring the same rows into the same tables.

The bare way is given its rows ready to be written, with series, period and source
resolved: one COPY per table on PostgreSQL, one executemany per table on SQLite, in one
transaction. Ours starts from the CSV file: it reads and validates each cell, resolves
codes, tells new rows from known ones, records where each came from, packs the tracks and
writes its events.
"""

from __future__ import annotations

import datetime
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain, cycle, islice, repeat
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from benchmarks.registry import figure

AT = datetime.datetime(2026, 4, 17, 2, 0, tzinfo=datetime.UTC)
KPIS, MONTHS = 10_000, 100
FEW_MONTHS = 10
BLOCK = 20_000  # lines


def kpis_with_series(count: int, code: str) -> list[int]:
    """So many KPIs by month in one area, each with the series of its total; the series' ids."""
    from benchmarks.figures.sweeps import an_area
    from kpis.models import Definition, Kpi
    from kpis.services import series as series_service
    from ledger.rules.actors import Actor
    from people.models import Act

    area = an_area(code)
    Kpi.objects.bulk_create(
        (
            Kpi(area=area, code=f"{code}-{number}", name=f"{code} {number}")
            for number in range(count)
        ),
        batch_size=1000,
    )
    kpis = list(Kpi.objects.filter(area=area).order_by("pk"))
    Definition.objects.bulk_create(
        (
            Definition(
                kpi=kpi,
                version=1,
                unit="%",
                direction="increase",
                frequency="monthly",
                effective_from=datetime.date(2016, 1, 1),
                at=AT,
                **Act.fields_of(Actor.system("bench")),
            )
            for kpi in kpis
        ),
        batch_size=1000,
    )
    definitions = Definition.objects.filter(kpi__area=area).select_related("kpi__area")
    made = series_service.ensure_pairs(
        pairs=[(one, "total") for one in definitions.order_by("kpi")], at=AT
    )
    return list(made.values())


def months(count: int = MONTHS) -> list[tuple[str, str]]:
    """First and last day of each month."""
    from kpis.rules.periods import containing, next_period

    month, found = containing(datetime.date(2016, 1, 1), "monthly"), []
    for _number in range(count):
        found.append((month.start.isoformat(), month.end.isoformat()))
        month = next_period(month, "monthly")
    return found


def values() -> Iterator[str]:
    """Plain numbers with one decimal, over and over."""
    return cycle([f"{800 + number * 7 % 199}.{number % 9 + 1}" for number in range(1990)])


def csv_file(folder: str, code: str, count: int, periods: int, *, first: int = 0) -> Path:
    """A file of so many months for each KPI, one KPI after another."""
    file = Path(folder) / f"{code}-{periods}.csv"
    named = [start[:7] for start, _end in months(first + periods)[first:]]
    seen = values()
    with file.open("w", encoding="utf-8") as lines:
        lines.write("kpi,period,value,status,source\n")
        for number in range(count):
            lines.writelines(
                f"{code}-{number},{month},{value},final,Register\n"
                for month, value in zip(named, seen, strict=False)
            )
    return file


def bare(series: list[int], source: int, batch: int) -> float:
    """Seconds to bring the same rows into both tables with nothing around it."""
    total = len(series) * MONTHS
    numbers = range(1, total + 1)
    each = chain.from_iterable(repeat(one, MONTHS) for one in series)
    spans = list(islice(cycle(months()), total))
    starts, ends = [start for start, _end in spans], [end for _start, end in spans]
    readings = (
        numbers, repeat(AT.isoformat(" ") if connection.vendor == "postgresql" else "2026-04-17 02:00:00"),
        each, starts, ends, repeat(True), repeat("="), values(), repeat("final"),
        repeat(source), repeat(""), repeat(True), repeat(batch),
    )  # fmt: skip
    again = chain.from_iterable(repeat(one, MONTHS) for one in series)
    pointers = (numbers, again, starts, ends, repeat(source), repeat(True), repeat(False))
    write = copied if connection.vendor == "postgresql" else executed
    works = [
        write("kpis_reading", READING, readings, total),
        write("kpis_livereading", POINTER, pointers, total),
    ]
    gc.collect()
    began = time.perf_counter()
    with transaction.atomic():
        for work in works:
            work()
    return time.perf_counter() - began


READING = (
    "id, at, series_id, period_start, period_end, complete, comparator, value, state,"
    " source_id, note, backfilled, batch_id"
)
POINTER = "reading_id, series_id, period_start, period_end, source_id, is_current, chosen"


def copied(table: str, columns: str, given: tuple[Any, ...], total: int) -> Any:
    """A COPY of lines that are written already."""
    rows = zip(*given, strict=False)
    blocks = []
    while some := list(islice(rows, min(BLOCK, total))):
        blocks.append("".join("\t".join(map(str, row)) + "\n" for row in some).encode())

    def work() -> None:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,  # type: ignore[attr-defined]
        ):
            for block in blocks:
                copy.write(block)

    return work


def executed(table: str, columns: str, given: tuple[Any, ...], _total: int) -> Any:
    """One executemany, straight to the driver."""
    marks = ", ".join("?" * len(columns.split(",")))

    def work() -> None:
        cursor = connection.connection.cursor()
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
            zip(*given, strict=False),
        )

    return work


def empty() -> None:
    """As before: no readings, tracks or batches."""
    from kpis.models import ImportJob, Track

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "TRUNCATE kpis_livereading, kpis_reading, kpis_track, kpis_importrow CASCADE"
            )
        else:
            for table in ("kpis_livereading", "kpis_reading", "kpis_track", "kpis_importrow"):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
    Track.objects.all().delete()
    ImportJob.objects.all().delete()


def bare_of(code: str, series: list[int]) -> float:
    from kpis.models import ImportBatch
    from kpis.services import sources

    batch = ImportBatch.objects.create(kind="bench", file_name=code, sha256="", at=AT)
    took = bare(series, sources.ensure(name="Register").pk, batch.pk)
    empty()
    return took


def imported(file: Path | str) -> float:
    """Seconds that our import takes, from the file to the last event."""
    from kpis.models import LiveReading
    from kpis.services.imports.reading_file import load_only
    from ledger.rules.actors import Actor

    gc.collect()
    began = time.perf_counter()
    summary = load_only(file=file, by=Actor.system("bench"), at=AT)
    took = time.perf_counter() - began
    if summary["loaded"] != summary["rows"] or not LiveReading.objects.exists():
        raise RuntimeError(f"not all was loaded, so something else was measured: {summary}")
    return took


@figure(
    "import of 1,000,000 readings / bare load of both tables",
    target=2.5,
    unit="x",
    commits=True,
    runs=3,
)
def import_against_bare_load() -> Iterator[float | None]:
    """How many times longer than the bare way: with validation, provenance, tracks and events."""
    code = f"bulk{time.monotonic_ns()}"
    series = kpis_with_series(KPIS, code)
    with tempfile.TemporaryDirectory(prefix="makmal-bench-") as folder:
        file = csv_file(folder, code, KPIS, MONTHS)
        limit = bare_of(code, series)
        took = imported(file)
    empty()
    yield took / limit


# Loads two files one after the other and prints the most memory it ever held after each.
CHILD = """
import resource, sys
import django
django.setup()
from benchmarks.figures.imports import imported
for file in sys.argv[1:]:
    imported(file)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@figure(
    "memory of importing 1,000,000 readings / 100,000",
    target=1.2,
    unit="x",
    commits=True,
    runs=1,
)
def memory_is_flat() -> Iterator[float | None]:
    """The most memory held after ten times the rows, beside that after the first file."""
    code = f"flat{time.monotonic_ns()}"
    kpis_with_series(KPIS, code)
    with tempfile.TemporaryDirectory(prefix="makmal-bench-") as folder:
        files = [
            csv_file(folder, code, KPIS, months, first=first)
            for first, months in ((0, FEW_MONTHS), (FEW_MONTHS, MONTHS))
        ]
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", CHILD, *map(str, files)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    empty()
    few, many = map(int, done.stdout.split()[-2:])
    yield many / few
