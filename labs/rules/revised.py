"""How many initial plans were revised later, counted by the year they came into force.

Revision is healthy: initial plans are expected to change. Nothing here is a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class History:
    """One plan: the year its first revision came into force, and what later ones touched."""

    year: int
    goal: bool = False
    execution: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """Plans of one year (None: of all years) and how many of them were revised since.

    A plan whose goals and execution were both revised counts under both.
    """

    year: int | None
    plans: int
    revised: int
    goal: int
    execution: int

    def per_cent(self, count: int) -> int:
        """``count`` of these plans in whole per cent, halves up."""
        return (200 * count + self.plans) // (2 * self.plans) if self.plans else 0

    @property
    def revised_per_cent(self) -> int:
        return self.per_cent(self.revised)

    @property
    def goal_per_cent(self) -> int:
        return self.per_cent(self.goal)

    @property
    def execution_per_cent(self) -> int:
        return self.per_cent(self.execution)


def shares(plans: Iterable[History]) -> list[Share]:
    """One share per year, oldest first, and the last of all years together."""
    known = list(plans)
    years = sorted({plan.year for plan in known})
    return [
        *(_share(year, [plan for plan in known if plan.year == year]) for year in years),
        _share(None, known),
    ]


def _share(year: int | None, plans: list[History]) -> Share:
    return Share(
        year=year,
        plans=len(plans),
        revised=sum(plan.goal or plan.execution for plan in plans),
        goal=sum(plan.goal for plan in plans),
        execution=sum(plan.execution for plan in plans),
    )
