"""Bounds of firm sizes, in persons employed, each included.

Public names::

    Size(code, low, high)      high None: no upper bound
    Problem(code, kind, first, last)
    problems(sizes) -> list[Problem]

Kinds of problems: ``missing`` (no lower bound), ``order`` (ends before it begins),
``overlap`` and ``gap`` (with the size before; ``first`` to ``last`` persons), ``open`` (has
no upper bound although a larger size follows).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Size:
    code: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    kind: str
    first: int = 0
    last: int = 0


def problems(sizes: Sequence[Size]) -> list[Problem]:
    """What is wrong with these sizes, given from the smallest to the largest."""
    found = [Problem(size.code, "missing") for size in sizes if size.low is None]
    found += [
        Problem(size.code, "order")
        for size in sizes
        if size.low is not None and size.high is not None and size.high < size.low
    ]
    if found:
        return found
    for before, after in pairwise(sizes):
        low = after.low or 0
        if before.high is None:
            found.append(Problem(before.code, "open"))
        elif low <= before.high:
            found.append(Problem(after.code, "overlap", low, before.high))
        elif low > before.high + 1:
            found.append(Problem(after.code, "gap", before.high + 1, low - 1))
    return found
