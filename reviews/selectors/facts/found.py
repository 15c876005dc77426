"""What a check of a fact gives back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """One place where a fact does not hold: ``key`` names the row, ``detail`` says what is wrong.

    Neither holds a name or free text, so that whoever reads it learns nothing restricted.
    """

    fact: int
    key: str
    detail: str


def each(fact: int, kind: str, ids: Iterable[object], detail: str) -> Iterator[Broken]:
    """One finding per id, in order of the ids as they come."""
    for pk in ids:
        yield Broken(fact, f"{kind}:{pk}", detail)
