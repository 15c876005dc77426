"""Order of a ranked list: 1 is the first.

Public names::

    moved(keys, key, up) -> list
    ranks(keys) -> dict[key, rank]
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def moved(keys: Sequence[Key], key: Key, *, up: bool) -> list[Key]:
    """``keys`` with ``key`` one place higher or lower; as they were where it stands at an end."""
    order = list(keys)
    place = order.index(key)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


def ranks(keys: Sequence[Key]) -> dict[Key, int]:
    """The rank of each key, from 1."""
    return {key: rank for rank, key in enumerate(keys, start=1)}
