"""Who may reorganise, hand duties over, and see what has lapsed."""

from __future__ import annotations

import datetime
from typing import Any

from labs.models import Programme
from labs.selectors import programmes
from people import permissions


def may_reorganise(user: Any, obj: object = None, *, on: datetime.date) -> bool:
    """Renaming, merging and splitting organisations, passing duties on: who manages people."""
    return permissions.may_manage_people(user, on=on)


def may_see_lapses(user: Any, programme: Programme, *, on: datetime.date) -> bool:
    """The readers of the programme."""
    return programmes.is_readable(user, programme, on)
