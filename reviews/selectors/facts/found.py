"""What a check of a fact asks and gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """One place where a fact does not hold: ``key`` names the row, ``detail`` says what is wrong.

    Neither holds a name or free text, so that whoever reads it learns nothing restricted.
    """

    fact: int
    key: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the database: each row of the one column of ``rows`` is a place where
    the fact does not hold."""

    kind: str
    rows: QuerySet[Any, Any]
    detail: str


Asks = Callable[[], Iterator[Ask]]
Looks = Callable[[datetime | None], Iterator[Broken]]


@dataclass(frozen=True, slots=True)
class Check:
    """How a fact is checked.

    ``asks`` are put to the database in one statement, whose text is worked out once.
    ``looks`` goes through rows one by one: all of them, or what was decided since a time.
    """

    asks: Asks
    looks: Looks | None = None
