"""Money from source to allocation to transfer: what is left, and what never reached the bottom.

Public names::

    Totals(source, allotted, pending, moved)   with .free and .unmoved
    totals(rows) -> dict[currency, Totals]
    reaches_bottom(transfers, engines) -> bool | None

Amounts are added up per currency only, never across currencies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

TOP_DOWN, BOTTOM_UP = "top_down", "bottom_up"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Totals:
    """One currency. ``allotted`` is decided, ``pending`` proposed, ``moved`` transferred."""

    source: Decimal = NOTHING
    allotted: Decimal = NOTHING
    pending: Decimal = NOTHING
    moved: Decimal = NOTHING

    @property
    def free(self) -> Decimal:
        """What no decision has set aside yet; proposals do not count."""
        return self.source - self.allotted

    @property
    def unmoved(self) -> Decimal:
        """Set aside and not yet transferred."""
        return self.allotted - self.moved

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.source + other.source,
            self.allotted + other.allotted,
            self.pending + other.pending,
            self.moved + other.moved,
        )


def totals(rows: Iterable[tuple[str, Totals]]) -> dict[str, Totals]:
    """The sum of each currency, currencies in alphabetical order."""
    found: dict[str, Totals] = {}
    for currency, each in rows:
        found[currency] = found.get(currency, Totals()) + each
    return dict(sorted(found.items()))


def reaches_bottom(transfers: Iterable[tuple[str, str]], pathways: Iterable[str]) -> bool | None:
    """Whether money of the engines reaches bottom-up work.

    ``transfers`` are pairs of pathways, from and to; ``pathways`` those that sources,
    initiatives or transfers name. None where the programme has no engine or nothing
    bottom-up: then there is nothing to ask.
    """
    if not {TOP_DOWN, BOTTOM_UP} <= set(pathways):
        return None
    return (TOP_DOWN, BOTTOM_UP) in set(transfers)
