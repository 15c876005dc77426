"""Chance told from a seed: the same question under the same seed has the same answer.

Nothing is drawn in turn, so that a further question somewhere changes no answer elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
BYTES = 8


@dataclass(frozen=True, slots=True)
class Chance:
    """``share("late", 7)`` is in [0, 1) and depends on seed and question alone."""

    seed: str

    def share(self, *question: object) -> float:
        """A number in [0, 1), evenly spread."""
        text = "|".join([self.seed, *map(str, question)])
        digest = hashlib.sha256(text.encode()).digest()[:BYTES]
        return int.from_bytes(digest) / 256**BYTES

    def happens(self, probability: float, *question: object) -> bool:
        """Whether something of this probability happens."""
        return self.share(*question) < probability

    def whole(self, low: int, high: int, *question: object) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.share(*question) * (high - low + 1))

    def one_of(self, choices: Sequence[T], *question: object) -> T:
        """One of the choices."""
        return choices[self.whole(0, len(choices) - 1, *question)]

    def about_zero(self, *question: object) -> float:
        """Around 0 with a standard deviation of 1: the sum of twelve even ones, less six.

        No transcendental function, so that every machine gives the same digits.
        """
        return sum(self.share(*question, n) for n in range(12)) - 6
