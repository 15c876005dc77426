"""The database engine of the embedded way to run.

Django takes 999 values per statement for granted, SQLite's limit of long ago, and cuts
a plan of 5,000 rows into 70 INSERTs. What the library at hand really takes is asked of
it, so that the number of statements does not grow with the plan.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures as DjangoFeatures
from django.utils.functional import cached_property

OLD_LIMIT = 999


class DatabaseFeatures(DjangoFeatures):
    """What this SQLite can do."""

    @cached_property
    def max_query_params(self) -> int:  # type: ignore[override]
        """The most values one statement may carry."""
        self.connection.ensure_connection()
        limit: int = self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        return max(limit, OLD_LIMIT)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with these features."""

    features_class: Any = DatabaseFeatures
