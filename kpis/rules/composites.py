"""A composite KPI: its value of a period, from those of its components.

Public names::

    Seen(observation, provisional, backfilled, reading)     what a component's period says
    Worked(observation, provisional, backfilled)            what the composite's then is
    work_out(values, weights, *, mean) -> dict[P, Worked]    by period; P is any key
    arithmetic(parts, weights, *, mean) -> Aggregate         of one period
    differences(wanted, standing) -> Differences(new, changed, gone)

A period has a value once every component has one. Direction is not turned round: a
component that should fall weighs as it is, or with a negative weight. What cannot be
written as one value (bounds to both sides, too many digits) is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from kpis.rules.aggregate import Aggregate, Part, combine
from kpis.rules.values import NumberRefused, Observation, to_decimal

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Seen:
    """A component's value of one period. ``provisional``: nobody has said that it is final."""

    observation: Observation
    provisional: bool = False
    backfilled: bool = False
    reading: int = 0


@dataclass(frozen=True, slots=True)
class Worked:
    """The composite's value of one period; equal when nothing is to be written anew."""

    observation: Observation
    provisional: bool = False
    backfilled: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Differences(Generic[P]):
    """What is to be recorded, corrected and taken back."""

    new: dict[P, Worked]
    changed: dict[P, Worked]
    gone: list[P]

    @property
    def any(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def work_out(
    values: Mapping[int, Mapping[P, Seen]], weights: Mapping[int, Decimal], *, mean: bool
) -> dict[P, Worked]:
    """The composite's values; ``values`` and ``weights`` by component."""
    by_component = [values.get(each, {}) for each in weights]
    if not by_component:
        return {}
    shared = set(by_component[0]).intersection(*by_component[1:])
    found = {}
    for period in shared:
        parts = {each: values[each][period] for each in weights}
        seen = _written(arithmetic(parts, weights, mean=mean))
        if seen is not None:
            found[period] = Worked(
                seen,
                any(part.provisional for part in parts.values()),
                any(part.backfilled for part in parts.values()),
            )
    return found


def arithmetic(
    parts: Mapping[int, Seen | None], weights: Mapping[int, Decimal], *, mean: bool
) -> Aggregate:
    """The weighted mean or sum of one period, with its parts."""
    given = []
    for each, weight in weights.items():
        part = parts.get(each)
        seen = None if part is None else part.observation
        given.append(Part(str(each), seen, Fraction(weight)))
    return combine(given, mean=mean)


def _written(found: Aggregate) -> Observation | None:
    """The value as a column holds it; None where none can."""
    try:
        seen = found.observation
        for number in (seen.value, seen.high) if seen is not None else ():
            if number is not None:
                to_decimal(number)
    except NumberRefused:
        return None
    return seen


def differences(wanted: Mapping[P, Worked], standing: Mapping[P, Worked]) -> Differences[P]:
    """What separates the values that should stand from those that do."""
    return Differences(
        new={place: value for place, value in wanted.items() if place not in standing},
        changed={
            place: value
            for place, value in wanted.items()
            if place in standing and standing[place] != value
        },
        gone=[place for place in standing if place not in wanted],
    )
