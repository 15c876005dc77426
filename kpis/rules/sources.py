"""Which of several sources' values counts for a period.

Public names::

    Candidate(key, rank=None, chosen=False, current=False, at=…)
    counts(candidates) -> Candidate | None
    because(candidate) -> "chosen" | "ranked" | "first" | "only"

What a person chose counts, whatever the list says. Else the source that stands first
in the KPI's list; a source that is not in the list comes after all that are. Among
those alike the one that counts already stays, and when none does the newest value
counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """One source's live value of a period. ``rank`` None: not in the KPI's list."""

    key: int
    at: datetime
    rank: int | None = None
    chosen: bool = False
    current: bool = False

    @property
    def _order(self) -> tuple[bool, bool, int, bool, float, int]:
        ranked = self.rank is None
        return (
            not self.chosen,
            ranked,
            self.rank or 0,
            not self.current,
            -self.at.timestamp(),
            -self.key,
        )


def counts(candidates: Sequence[Candidate]) -> Candidate | None:
    """The one that counts; None of none."""
    return min(candidates, key=lambda each: each._order, default=None)


def because(candidates: Sequence[Candidate]) -> str:
    """Why that one does: "chosen", "ranked" (its place in the list), "first" (came first), "only"."""
    winner = counts(candidates)
    if winner is None or len(candidates) == 1:
        return "only"
    if winner.chosen:
        return "chosen"
    return "first" if winner.rank is None else "ranked"
