"""Who may write in a programme's registers and in the reference lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from labs.models import (
    Bargain,
    Obstacle,
    Programme,
    Recommendation,
    ResultArea,
    Seat,
)
from people.models import Organisation
from people.selectors import people


def may_edit_lists(user: Any, obj: object = None, *, on: date) -> bool:
    """Reference lists: the delivery unit and the administrator."""
    return people.is_delivery_unit(user) or people.is_administrator(user)


def may_keep(user: Any, programme: Programme, *, on: date) -> bool:
    """Sources, transfers, windows, acts, recommendations: the delivery unit, while it runs."""
    return people.is_delivery_unit(user) and not programme.is_closed


def may_name(user: Any, programme: Programme, *, on: date) -> bool:
    """Name an obstacle: the delivery unit, and organisations that lead an area or sit in a lab."""
    if programme.is_closed:
        return False
    return people.is_delivery_unit(user) or _takes_part(user, programme, on)


def may_change_obstacle(user: Any, obstacle: Obstacle, *, on: date) -> bool:
    """Say it better, say it is gone, link an answer: the unit, who named it, the area's lead."""
    if obstacle.programme.is_closed:
        return False
    own = obstacle.by_user_id is not None and obstacle.by_user_id == user.pk
    leads = obstacle.area is not None and obstacle.area.lead_id in people.organisation_ids_of(
        user, on
    )
    return people.is_delivery_unit(user) or own or leads


def may_follow_up(user: Any, recommendation: Recommendation, *, on: date) -> bool:
    """Say where a recommendation stands: its owner, and the delivery unit."""
    if recommendation.programme.is_closed:
        return False
    return people.is_delivery_unit(user) or recommendation.owner_id in people.post_ids_of(user, on)


def may_bargain(user: Any, programme: Programme, *, on: date) -> bool:
    """Open a bargain or enter a round: as naming obstacles."""
    return may_name(user, programme, on=on)


def may_end_bargain(user: Any, bargain: Bargain, *, on: date) -> bool:
    """Keep how it ended: the delivery unit, and who opened it; while it is open."""
    if bargain.programme.is_closed or bargain.state != Bargain.State.OPEN:
        return False
    own = bargain.by_user_id is not None and bargain.by_user_id == user.pk
    return people.is_delivery_unit(user) or own


def sides(user: Any, programme: Programme, *, on: date) -> Q:
    """The organisations whose rounds ``user`` may enter: all for the unit, else their own."""
    if people.is_delivery_unit(user):
        return Q()
    return Q(pk__in=people.organisation_ids_of(user, on))


def bargaining(user: Any, programme: Programme, *, on: date) -> Any:
    """Those organisations, in their order."""
    return Organisation.objects.filter(sides(user, programme, on=on)).order_by("name")


def may_record_acts(user: Any, obj: object = None, *, on: date) -> bool:
    """Acts of councils: the delivery unit and the administrator."""
    return may_edit_lists(user, on=on)


def _takes_part(user: Any, programme: Programme, on: date) -> bool:
    own = people.organisation_ids_of(user, on)
    if not own:
        return False
    leads = ResultArea.objects.filter(programme=programme, lead__in=own)
    return leads.exists() or (
        Seat.objects.filter(lab__area__programme=programme, organisation__in=own).exists()
    )
