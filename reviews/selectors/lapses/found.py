"""One lapse, and how lapses are read: those that may be named, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

SHOWN = 100


@dataclass(frozen=True)
class Lapse:
    """One thing behind which nobody, no money or no meeting stands any more."""

    kind: str | Promise
    title: str
    why: str
    url: str = ""


Found = tuple[list[Lapse], int]


def found(every: QuerySet[Any], seen: QuerySet[Any], say: Any) -> Found:
    """The lapses that may be named, and how many there are in all; two queries."""
    return [say(row) for row in seen[:SHOWN]], every.count()
