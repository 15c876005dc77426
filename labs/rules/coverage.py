"""Which kinds of support reach which goals and target groups, and where none does.

Public names::

    Means(key, title, support, goal, group)     one initiative in force
    Cell(support, means)                        with .is_gap
    Row(key, name, cells)                       with .gaps
    by_goal(means, goals, supports) -> list[Row]
    by_group(means, groups, supports) -> list[Row]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Means:
    """An initiative: the codes of its kind of support and target group, "" where not said."""

    key: str
    title: str
    support: str
    goal: str
    group: str


@dataclass(frozen=True, slots=True)
class Cell:
    support: str
    means: tuple[Means, ...]

    @property
    def is_gap(self) -> bool:
        return not self.means


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def gaps(self) -> list[str]:
        """The kinds of support that nothing gives here."""
        return [cell.support for cell in self.cells if cell.is_gap]


def by_goal(means: Sequence[Means], goals: Mapping[str, str], supports: Sequence[str]) -> list[Row]:
    """A row per goal (key to title), a cell per kind of support."""
    return [
        _row(key, name, (m for m in means if m.goal == key), supports)
        for key, name in goals.items()
    ]


def by_group(
    means: Sequence[Means], groups: Mapping[str, str], supports: Sequence[str]
) -> list[Row]:
    """A row per target group (code to name), a cell per kind of support."""
    return [
        _row(code, name, (m for m in means if m.group == code), supports)
        for code, name in groups.items()
    ]


def _row(key: str, name: str, means: Iterable[Means], supports: Sequence[str]) -> Row:
    found: dict[str, list[Means]] = {support: [] for support in supports}
    for each in means:
        if each.support in found:
            found[each.support].append(each)
    return Row(key, name, tuple(Cell(code, tuple(given)) for code, given in found.items()))
