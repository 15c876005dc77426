"""Who is inside a lab: its minutes are theirs and nobody else's.

Inside are the people of organisations with a seat, those who sit in the steering
committee, the delivery unit and auditors, as far as they may read the lab at all.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from forums.selectors import members
from labs.models import Lab, Seat, SessionRecord
from labs.selectors import labs
from people.selectors import people


def labs_inside(user: Any, on: date) -> QuerySet[Lab]:
    """The labs whose minutes ``user`` may read."""
    found = labs.readable(user, on)
    if people.is_delivery_unit(user) or people.is_auditor(user):
        return found
    seated = Seat.objects.filter(organisation__in=people.organisation_ids_of(user, on))
    forums = members.forum_ids_of(user, on)
    return found.filter(
        Q(pk__in=seated.values("lab")) | Q(steering__in=forums) | Q(steering__successor__in=forums)
    )


def is_inside(user: Any, lab: Lab, on: date) -> bool:
    """Whether this lab is among them."""
    return labs_inside(user, on).filter(pk=lab.pk).exists()


def records(user: Any, on: date) -> QuerySet[SessionRecord]:
    """Outputs of every lab the user may read, minutes only of those they are inside of."""
    output = Q(kind=SessionRecord.Kind.OUTPUT, session__lab__in=labs.readable_ids(user, on))
    minutes = Q(
        kind=SessionRecord.Kind.MINUTES, session__lab__in=labs_inside(user, on).values("pk")
    )
    return SessionRecord.objects.filter(output | minutes).select_related(
        "session__group", "by_user", "by_post__organisation"
    )
