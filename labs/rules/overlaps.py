"""Two active instruments for one target group under different owners, and no link between them."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Hashable, Iterable, Set
from dataclasses import dataclass
from datetime import date

Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Instrument:
    """An initiative in force. ``group``: whom it is for; ``organisation``: its lead's."""

    key: uuid.UUID
    organisation: int | None
    group: Hashable | None
    expires_on: date | None = None
    wind_down_until: date | None = None

    def is_active(self, on: date) -> bool:
        """Neither expired nor being wound down."""
        return self.wind_down_until is None and (self.expires_on is None or on <= self.expires_on)


def ordered(one: uuid.UUID, other: uuid.UUID) -> Pair:
    """Two keys in the order in which pairs are kept."""
    return (one, other) if str(one) < str(other) else (other, one)


def overlapping(instruments: Iterable[Instrument], linked: Set[Pair], on: date) -> list[Pair]:
    """The pairs that nobody has linked, each once, in a fixed order."""
    by_group: dict[Hashable, list[Instrument]] = {}
    for each in instruments:
        if each.group is not None and each.organisation is not None and each.is_active(on):
            by_group.setdefault(each.group, []).append(each)
    found = {
        ordered(one.key, other.key)
        for group in by_group.values()
        for one, other in itertools.combinations(group, 2)
        if one.organisation != other.organisation
    }
    return sorted(found - linked, key=lambda pair: (str(pair[0]), str(pair[1])))
