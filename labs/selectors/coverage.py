"""Which kinds of support reach which goals and target groups of a programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from labs.models import Goal, Initiative, Plan, Programme, ReferenceItem
from labs.models.reference import List
from labs.rules import coverage as rules
from labs.selectors import labs, reference

# Target groups by firm size, which a portfolio for small firms is asked about first.
SIZES = ("micro-firms", "small-firms", "medium-firms", "large-firms")


@dataclass(frozen=True)
class Coverage:
    """Two tables with the same columns. ``outside``: initiatives that give none of them."""

    supports: list[ReferenceItem]
    goals: list[rules.Row]
    groups: list[rules.Row]
    outside: list[Initiative]
    hidden: int

    @property
    def missing(self) -> list[ReferenceItem]:
        """Kinds of support that no initiative gives at all."""
        given = {cell.support for row in self.goals for cell in row.cells if not cell.is_gap}
        return [each for each in self.supports if each.code not in given]

    @property
    def gaps(self) -> list[tuple[str, list[ReferenceItem]]]:
        """Target groups by name, each with the kinds of support that do not reach it."""
        names = {each.code: each for each in self.supports}
        return [(row.name, [names[c] for c in row.gaps]) for row in self.groups if row.gaps]


def of(programme: Programme, user: Any, on: date) -> Coverage:
    """The coverage of what is in force and readable. A fixed number of queries.

    Codes are compared, not versions: an initiative that names an old version of an
    instrument counts with its newest.
    """
    readable = labs.readable_plans(user, on).filter(lab__area__programme=programme)
    plans = list(readable.values_list("pk", flat=True))
    every = Plan.objects.filter(lab__area__programme=programme, in_force__isnull=False)
    newest = ReferenceItem.objects.filter(list=List.INSTRUMENT, superseded_at=None)
    support = dict(newest.filter(country="").values_list("code", "support"))
    rows = list(
        Initiative.objects.filter(plan__in=plans, until_revision=None)
        .select_related("instrument", "target_group", "plan")
        .order_by("position", "pk")
    )
    means = [_means(row, support) for row in rows]
    supports = list(reference.items(List.SUPPORT, programme.country))
    codes = [each.code for each in supports]
    goals = Goal.objects.filter(plan__in=plans, until_revision=None).values_list("key", "title")
    return Coverage(
        supports=supports,
        goals=rules.by_goal(means, {str(key): title for key, title in goals}, codes),
        groups=rules.by_group(means, _groups(rows, programme), codes),
        outside=[row for row, each in zip(rows, means, strict=True) if each.support not in codes],
        hidden=every.exclude(pk__in=plans).count(),
    )


def _means(row: Initiative, support: dict[str, str]) -> rules.Means:
    tool = row.instrument
    return rules.Means(
        key=str(row.key),
        title=row.title,
        support=support.get(tool.code, tool.support) if tool else "",
        goal=str(row.goal_key),
        group=row.target_group.code if row.target_group else "",
    )


def _groups(rows: list[Initiative], programme: Programme) -> dict[str, str]:
    """The firm sizes, and every other group that an initiative is for, in the list's order."""
    used = {row.target_group.code for row in rows if row.target_group}
    offered = reference.items(List.TARGET_GROUP, programme.country)
    groups = {each.code: str(each) for each in offered if each.code in used or each.code in SIZES}
    old = {row.target_group.code: str(row.target_group) for row in rows if row.target_group}
    return groups | {code: name for code, name in old.items() if code not in groups}
