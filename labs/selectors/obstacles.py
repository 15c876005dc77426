"""Obstacles of a programme: those a reader may see by name, and those nothing answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from labs.models import Lab, Obstacle, Programme
from labs.selectors import labs

State = Obstacle.State
TOP = 5


def readable(user: Any, on: date, programme: Programme) -> QuerySet[Obstacle]:
    """The obstacles of a programme, less those of labs kept from ``user``."""
    return within(Obstacle.objects.filter(programme=programme), user, on)


def within(found: QuerySet[Obstacle], user: Any, on: date) -> QuerySet[Obstacle]:
    """Those of ``found`` that are of no lab, or of one that ``user`` may read."""
    own = labs.readable_ids(user, on)
    return found.filter(Q(lab=None) | Q(lab__in=own)).select_related(
        "programme", "area", "lab", "kind", "organisation"
    )


def hidden_count(user: Any, on: date, programme: Programme) -> int:
    """How many obstacles are of labs kept from ``user``: counted, never named."""
    everything = Obstacle.objects.filter(programme=programme)
    return everything.exclude(pk__in=readable(user, on, programme).values("pk")).count()


def ranked(found: QuerySet[Obstacle], state: str = "", kind: str = "") -> QuerySet[Obstacle]:
    """In their order. ``state`` empty: those still in the way; ``kind`` a code, or ``gap``."""
    alive = found.exclude(state=State.GONE)
    found = found.filter(state=state) if state in State.values else alive
    if kind == "gap":
        found = found.filter(is_gap=True)
    elif kind:
        found = found.filter(kind__code=kind)
    return found.order_by("rank", "pk")


@dataclass(frozen=True)
class Warned:
    """What pages of a programme, lab or plan warn of; it blocks nothing."""

    worst: list[Obstacle]
    unanswered: int


def warned(user: Any, on: date, programme: Programme, lab: Lab | None = None) -> Warned:
    """The worst obstacles that nothing answers, and how many there are.

    With a lab: its own, those of its result area and those of the whole programme that
    name no area.
    """
    found = readable(user, on, programme).filter(state=State.OPEN)
    if lab is not None:
        area = Q(lab=None, area=lab.area_id) | Q(lab=None, area=None)
        found = found.filter(Q(lab=lab) | area)
    rows = list(found.order_by("rank", "pk")[: TOP + 1])
    return Warned(rows[:TOP], len(rows) if len(rows) <= TOP else found.count())
