"""The share of initial plans that were revised, per programme and year."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from labs.models import Change, Programme, Revision
from labs.rules import revised


def shares(programme: Programme) -> list[revised.Share]:
    """Per year in which initial plans came into force, on the programme's calendar. One query.

    Plans of restricted labs count, and are not named.
    """
    later = Change.objects.filter(
        revision__plan=OuterRef("plan"), revision__state=Revision.State.ADOPTED
    ).exclude(revision__number=1)
    first = Revision.objects.filter(
        plan__lab__area__programme=programme, state=Revision.State.ADOPTED, number=1
    ).annotate(
        goal=Exists(later.filter(touches=Change.Touches.GOAL)),
        execution=Exists(later.filter(touches=Change.Touches.EXECUTION)),
    )
    zone = ZoneInfo(programme.time_zone)
    return revised.shares(
        revised.History(at.astimezone(zone).year, goal, execution)  # type: ignore[union-attr]  # adopted
        for at, goal, execution in first.values_list("adopted_at", "goal", "execution")
    )
