"""Items to coordinate as one reader sees them: parts of plans kept from them are not named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forums.models import Forum
from forums.selectors import ladders
from labs.models import Coordination, Initiative, Milestone, Plan, Programme, Revision
from labs.rules import waits
from labs.selectors import labs
from labs.selectors.content import OPEN
from labs.selectors.waits import Part, would_close
from people.models import Post


@dataclass(frozen=True)
class Shown:
    """An item with its parts as the reader may see them.

    ``told``: who waits for whom, the first again at the end; empty for an overlap.
    """

    item: Coordination
    parts: list[Part]
    told: list[str]

    @property
    def kept(self) -> int:
        """How many parts are counted and not named."""
        return sum(part["kept"] for part in self.parts)


def listed() -> QuerySet[Coordination]:
    """Items with what every page about one names."""
    return Coordination.objects.select_related(
        "programme", "coordinator__organisation", "closed_by"
    )


def of_programme(programme: Programme, user: Any, on: date) -> tuple[list[Shown], int]:
    """Open items that concern plans of the programme, and how many are only counted."""
    plans = set(Plan.objects.filter(lab__area__programme=programme).values_list("pk", flat=True))
    return _shown(_about(plans), user, on)


def of_plan(plan: Plan, user: Any, on: date) -> list[Shown]:
    """Open items that concern one plan."""
    return _shown(_about({plan.pk}), user, on)[0]


def closed_in(programme: Programme, user: Any, on: date, most: int = 30) -> list[Shown]:
    """The items of the programme that were closed last."""
    rows = listed().filter(programme=programme, closed_at__isnull=False).order_by("-closed_at")
    return _shown(rows[:most], user, on)[0]


def one(pk: int, user: Any, on: date) -> Shown | None:
    """One item, if the reader may read any of the plans it concerns."""
    found, _hidden = _shown(listed().filter(pk=pk), user, on)
    return found[0] if found else None


def before_adopting(revision: Revision, user: Any, on: date) -> list[list[str]]:
    """The circles across plans that adopting an open revision would close, as the reader may see."""
    if revision.state not in OPEN:
        return []
    found = would_close(revision)
    wanted = {part["plan"] for parts in found for part in parts if part["plan"] is not None}
    readable = labs.readable_plans(user, on).filter(pk__in=wanted) if wanted else None
    seen = set(readable.values_list("pk", flat=True)) if readable is not None else set()
    return [words(masked(parts, seen)) for parts in found]


def _about(plans: set[int]) -> list[Coordination]:
    open_ones = listed().filter(closed_at=None)
    return [item for item in open_ones if plans & plan_ids(item)]


def plan_ids(item: Coordination) -> set[int]:
    """The plans that an item concerns."""
    return {part["plan"] for part in item.parts if part["plan"] is not None}


def _shown(items: Iterable[Coordination], user: Any, on: date) -> tuple[list[Shown], int]:
    rows = list(items)
    wanted = {plan for item in rows for plan in plan_ids(item)}
    readable = labs.readable_plans(user, on).filter(pk__in=wanted) if wanted else None
    seen = set(readable.values_list("pk", flat=True)) if readable is not None else set()
    named = [item for item in rows if plan_ids(item) & seen]
    return [_seen(item, seen) for item in named], len(rows) - len(named)


def _seen(item: Coordination, readable: set[int]) -> Shown:
    parts = masked(item.parts, readable)
    told = words(parts) if item.kind == Coordination.Kind.CIRCLE else []
    return Shown(item, parts, told)


def masked(parts: list[Part], readable: set[int]) -> list[Part]:
    """The parts with a word instead of the names of what the reader may not read."""
    found: list[Part] = []
    for part in parts:
        asker = found[-1]["kept"] if found and part["plan"] is None else False
        kept = asker or (part["plan"] is not None and part["plan"] not in readable)
        hidden = {
            "title": _("a step kept to others"),
            "owner": "",
            "organisation": _("somebody else"),
            "request": "",
            "instrument": "",
            "group": "",
        }
        found.append({**part, **(hidden if kept else {}), "kept": kept})
    return found


def words(parts: list[Part]) -> list[str]:
    """Who waits for whom: organisations, or titles where all steps are of one."""
    names = [part["organisation"] or part["title"] for part in parts]
    if len(set(names)) == 1:
        names = [_("“%(title)s”") % {"title": part["title"]} for part in parts]
    return waits.told(names)


def forum_of(item: Coordination) -> Forum | None:
    """The nearest forum above (or among) the home forums of the plans concerned."""
    plans = Plan.objects.filter(pk__in=plan_ids(item)).select_related("lab__area__home_forum")
    homes = {plan.lab.area.home_forum for plan in plans}
    return ladders.nearest_common(homes) if homes else None


def to_appoint(item: Coordination) -> Post | None:
    """Who lies nearest to coordinate: the secretary of the nearest common forum, else its chair."""
    forum = forum_of(item)
    return (forum.secretary or forum.chair) if forum else None


def still_there(item: Coordination) -> dict[str, Any]:
    """The parts in force by key as text: their newest rows, for links."""
    keys = [part["key"] for part in item.parts if part["part"] != "organisation"]
    model: Any = Milestone if item.kind == Coordination.Kind.CIRCLE else Initiative
    return {str(row.key): row for row in model.objects.filter(key__in=keys, until_revision=None)}
