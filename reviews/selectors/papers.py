"""What was said of a revision, laid before the forum that decides on it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, ClassVar

from forums.models import Motion
from labs.models import Condition, Objection, Revision, SeatStand
from labs.selectors import labs, stands


@dataclass(frozen=True)
class Papers:
    """Dissent of seats in their own words, objections with answers, conditions.

    ``is_readable``: whether the reader may open the pages of the revision too.
    """

    template: ClassVar[str] = "labs/_papers.html"
    conditions_template: ClassVar[str] = "labs/_conditions.html"

    revision: Revision
    dissent: list[SeatStand]
    objections: list[Objection]
    conditions: list[Condition]
    is_readable: bool
    is_open: bool


def of_motion(motion: Motion, user: Any, on: datetime.date) -> Papers | None:
    """The papers of a motion that decides on a revision; None for any other motion."""
    revision = Revision.objects.filter(motion=motion).select_related("plan").first()
    if revision is None:
        return None
    return Papers(
        revision=revision,
        dissent=stands.dissent(revision),
        objections=list(stands.objections(revision)),
        conditions=list(stands.conditions(revision)),
        is_readable=labs.readable_revisions(user, on).filter(pk=revision.pk).exists(),
        is_open=motion.state == Motion.State.OPEN,
    )
