"""What a plan is held against in its stress test, and how its figures are written down."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

MOST = 50
YearOf = tuple[str, int]  # currency, year
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """An opportunity that closes, and the steps that make use of it."""

    title: str
    closes_on: date
    steps: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Around:
    """What a plan is held against.

    ``ceilings`` and ``elsewhere`` (what other plans of the programme have planned) by
    currency and year; ``owners``: names of posts.
    """

    currency: str = ""
    ceilings: Mapping[YearOf, Decimal] = field(default_factory=dict)
    elsewhere: Mapping[YearOf, Decimal] = field(default_factory=dict)
    programme_ends: date | None = None
    lab_ends: date | None = None
    windows: tuple[Window, ...] = ()
    done: frozenset[uuid.UUID] = frozenset()
    owners: Mapping[int, str] = field(default_factory=dict)


def text(amount: Decimal | None) -> str | None:
    """An amount in plain digits without idle zeros."""
    if amount is None:
        return None
    plain = format(amount, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def day(on: date | None) -> str | None:
    return on.isoformat() if on is not None else None
