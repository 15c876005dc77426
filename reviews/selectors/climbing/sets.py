"""A batch of ids as one parameter.

``pk__in=[…]`` is a parameter for each id, which for thousands of them costs more than the
rows: the ORM prepares and the driver quotes every one, in every query. As an array
(PostgreSQL) or as JSON (SQLite) a batch is one parameter. SQL only for this, and only here.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from django.db import connection
from django.db.models.expressions import RawSQL


def those(ids: Collection[int]) -> RawSQL:
    """For ``filter(pk__in=those(ids))``."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", ["{" + ",".join(map(str, ids)) + "}"])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])
