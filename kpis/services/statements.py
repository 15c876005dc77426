"""SQL for what is too hot for the ORM: many rows as plain numbers, on both databases.

Public names::

    rows(sql, *params) -> list of tuples                 packed_rows: with columns of bytes
    array(sql, *params, dtype) -> NumPy records          one tuple after another, no objects
    ids(values), dates(values) -> one parameter each
    upsert(model, fields, values)
    day_number(date) -> int, day_of(int) -> date         days since 1970-01-01

A statement is a constant text in which a few words stand for what the databases
write differently: ``$ids`` for a table of one column ``id``, ``x $among`` for being one of them; ``$ids_from`` for one of
``id`` and ``first`` (a day); ``$day(x)`` for a date as days since 1970-01-01; ``$pick(x;key)`` for the text of a key of a JSON column;
``x$real`` for a decimal as a double. Nothing but these is ever put into the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection, models
from numpy.typing import NDArray

EPOCH = date(1970, 1, 1)
WORDS: dict[str, dict[str, str]] = {
    "postgresql": {
        "ids": "(SELECT unnest(%s::bigint[]) AS id)",
        "among": "= ANY(%s::bigint[])",
        "ids_from": "(SELECT unnest(%s::bigint[]) AS id, unnest(%s::date[]) AS first)",
        "day": "({0} - DATE '1970-01-01')",
        "real": "::float8",
        "skip_locked": "FOR NO KEY UPDATE SKIP LOCKED",
        "pick": "jsonb_extract_path_text({0}, '{1}')",
    },
    "sqlite": {
        "ids": "(SELECT value AS id FROM json_each(%s))",
        "among": "IN (SELECT value FROM json_each(%s))",
        "ids_from": (
            # Made once and looked up by key: left to itself SQLite reads the second list
            # anew for each row that is found.
            "(WITH i AS MATERIALIZED (SELECT key, value FROM json_each(%s)),"
            " d AS MATERIALIZED (SELECT key, value FROM json_each(%s))"
            " SELECT i.value AS id, d.value AS first FROM i JOIN d ON d.key = i.key LIMIT -1)"
        ),
        "day": "CAST(julianday({0}) - 2440587.5 AS INTEGER)",
        "real": " * 1.0",
        "skip_locked": "",
        "pick": "json_extract({0}, '$.{1}')",
    },
}


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """What the statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(written(sql), params)
        return list(cursor.fetchall())


def execute(sql: str, *params: Any) -> int:
    """Carry out a statement; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(written(sql), params)
        return int(cursor.rowcount)


def packed_rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """The same for rows that carry packed bytes: PostgreSQL sends them as they are, not as text."""
    if connection.vendor != "postgresql":
        return rows(sql, *params)
    connection.ensure_connection()
    driver: Any = connection.Database  # type: ignore[attr-defined,unused-ignore]
    with driver.Cursor(connection.connection) as cursor:
        cursor.execute(written(sql), params, binary=True)
        return list(cursor.fetchall())


def array(sql: str, *params: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """What the statement finds, as records of numbers; no column may be null."""
    with connection.cursor() as cursor:
        cursor.execute(written(sql), params)
        return np.array(cursor.fetchall(), dtype=dtype)


@lru_cache(maxsize=128)
def _translated(sql: str, vendor: str) -> str:
    words = WORDS[vendor]
    called = re.sub(r"\$(\w+)\(([^()]*)\)", lambda m: words[m[1]].format(*m[2].split(";")), sql)
    return re.sub(r"\$(\w+)", lambda m: words[m[1]], called)


def written(sql: str) -> str:
    """The statement in the words of this database."""
    return _translated(sql, connection.vendor)


def ids(values: Iterable[int]) -> str:
    """A list of keys as one parameter."""
    left, right = "{}" if connection.vendor == "postgresql" else "[]"
    return f"{left}{','.join([str(int(value)) for value in values])}{right}"


def dates(values: Iterable[date]) -> str:
    """A list of days as one parameter."""
    if connection.vendor == "postgresql":
        return f"{{{','.join([value.isoformat() for value in values])}}}"
    return json.dumps([value.isoformat() for value in values])


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date so many days after 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def upsert(
    model: type[models.Model],
    fields: Sequence[str],
    values: Sequence[Sequence[Any]],
    *,
    apart_from: str = "",
) -> None:
    """Insert rows, or bring those that are there up to date; the first field is the key.

    ``values`` holds one sequence per row, in the order of ``fields``. PostgreSQL takes
    the columns as arrays in one statement; SQLite repeats one prepared statement. A row
    that says the same already, apart from one field, stays as it is.
    """
    if not values:
        return
    columns = [model._meta.get_field(name) for name in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            turned = [_array(column) for column in zip(*values, strict=True)]
            cursor.execute(_upsert(model, tuple(columns), apart_from), turned)
        else:
            adapted = _adapted(columns, values)
            cursor.executemany(_upsert(model, tuple(columns), apart_from), adapted)


@lru_cache(maxsize=32)
def _upsert(model: type[models.Model], columns: tuple[Any, ...], apart_from: str) -> str:
    """The statement; the names in it come from the model and nowhere else."""
    names = [column.column for column in columns]
    if connection.vendor == "postgresql":
        kinds = [re.sub(r"\(.*\)", "", column.db_type(connection)) for column in columns]
        given = f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"  # noqa: S608
    else:
        given = f"VALUES ({', '.join(['%s'] * len(names))})"
    table = model._meta.db_table
    new = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    changed = " OR ".join(
        f"{table}.{name} {differs} excluded.{name}" for name in names[1:] if name != apart_from
    )
    return (
        f"INSERT INTO {table} ({', '.join(names)}) {given}"
        f" ON CONFLICT ({names[0]}) DO UPDATE SET {new} WHERE {changed}"
    )


def _array(column: Sequence[Any]) -> str:
    """A column as the text of an array: one string to quote instead of thousands."""
    known = {cell: _element(cell) for cell in set(column)}
    return f"{{{','.join([known[cell] for cell in column])}}}"


def _element(cell: Any) -> str:
    if cell is None:
        return "NULL"
    if isinstance(cell, bytes):
        return f'"\\\\x{cell.hex()}"'
    if isinstance(cell, bool | int | float):
        return repr(cell)
    text = str(cell).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _adapted(columns: Sequence[Any], values: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows as SQLite keeps them: moments in UTC without a zone."""
    moments = [i for i, column in enumerate(columns) if isinstance(column, models.DateTimeField)]
    if not moments:
        return [tuple(row) for row in values]
    adapt = lru_cache(maxsize=64)(connection.ops.adapt_datetimefield_value)
    return [
        tuple(adapt(cell) if i in moments else cell for i, cell in enumerate(row)) for row in values
    ]
