"""A batch of ids as one parameter, and statements that follow such a batch.

``pk__in=[…]`` is a parameter for each id, which for thousands of them costs more than the
rows: the ORM prepares and the driver quotes every one, in every query. As an array
(PostgreSQL) or as JSON (SQLite) a batch is one parameter. SQL only for this, and only here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models.expressions import RawSQL

# Left to itself the planner reads whole tables for every batch, however many there are.
OFF, ON = (
    f"SET LOCAL enable_hashjoin = {each}; SET LOCAL enable_mergejoin = {each}"
    for each in ("off", "on")
)


def those(ids: Collection[int]) -> RawSQL:
    """For ``filter(pk__in=those(ids))``."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", ["{" + ",".join(map(str, ids)) + "}"])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])


@contextmanager
def by_index() -> Iterator[None]:
    """Join by index inside the block. Only within a transaction; undone with it on failure."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(OFF)
    yield
    with connection.cursor() as cursor:
        cursor.execute(ON)
