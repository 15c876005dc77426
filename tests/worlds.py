"""What many tests begin with is built once per test process and put back as rows.

Building an open review by the product's services takes some thirty times as long as writing
its rows. ``Worlds.keep(build)`` builds in a transaction that is undone at once, before any test has
written anything, and keeps the rows; ``again()`` writes them into the transaction of a test and
gives back a copy of what ``build`` gave. So no test sees what another did, and those that
do not ask find an empty database.

    @pytest.fixture(scope="session")
    def kept_review(worlds):
        return worlds.keep(make.open_review)

    @pytest.fixture
    def opened(db, kept_review):
        return kept_review.again()
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count, filterfalse
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction

from tests.factories.people import AT

# Ids of kept rows begin high on SQLite, which gives the same ids again after each test.
FAR = 1_000_000
_worlds = count(1)
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Kept:
    """Rows of one world and what its builder gave."""

    rows: Rows
    thing: Any

    def again(self) -> Any:
        """Write the rows; a copy of the thing, since tests change what they hold.

        All in one transaction: rows point at each other, in whatever order tables come.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self.rows.items():
                _write(cursor, table, rows)
        return copy.deepcopy(self.thing)


@dataclass(frozen=True)
class Worlds:
    """Builds worlds in a database in which nothing was written yet."""

    blocker: Any
    folder: Path

    def keep(self, build: Callable[[], Any]) -> Kept:
        """Build on the day of the factories, keep the rows, undo it."""
        with (
            pytest.MonkeyPatch.context() as patch,
            self.blocker.unblock(),
            time_machine.travel(AT, tick=False),
            transaction.atomic(),
        ):
            patch.setattr(settings, "SEALS_DIR", self.folder)
            tables = connection.introspection.table_names()
            before = _read(tables)
            _begin_far(tables)
            thing = build()
            after = _read(tables)
            transaction.set_rollback(True)
        new = {
            table: [*filterfalse(set(before.get(table, [])).__contains__, rows)]
            for table, rows in after.items()
        }
        return Kept({table: rows for table, rows in new.items() if rows}, thing)


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _quoted(names: Iterable[str]) -> list[str]:
    return [connection.ops.quote_name(name) for name in names]


def _read(tables: list[str]) -> Rows:
    """Every row, as the database keeps it: without what Python would make of its values."""
    found = {}
    with connection.cursor() as cursor:
        for table, name in zip(tables, _quoted(tables), strict=True):
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name})")
            if not cursor.fetchone()[0]:
                continue
            if _is_postgres():
                cursor.execute(f"SELECT t::text FROM {name} t")
            else:
                cursor.execute(f"SELECT * FROM {name} LIMIT 0")
                columns = _quoted(each[0] for each in cursor.description)
                kept = ", ".join(f"+{each}" for each in columns)
                cursor.execute(f"SELECT {kept} FROM {name}")
            found[table] = cursor.fetchall()
    return found


def _write(cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    (name,) = _quoted([table])
    if _is_postgres():
        texts = [text for (text,) in rows]
        cursor.execute(f"INSERT INTO {name} SELECT (unnest(%s::text[])::{name}).*", [texts])
    else:
        values = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {name} VALUES ({values})", rows)


def _begin_far(tables: list[str]) -> None:
    """On PostgreSQL a number once given never comes again: nothing to do."""
    if _is_postgres():
        return
    start = FAR * next(_worlds)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence")
        cursor.executemany(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
            [(table, start) for table in tables],
        )
