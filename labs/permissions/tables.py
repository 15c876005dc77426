"""Who may propose a lab, restate its problem, declare interests, add lessons, change settings.

Pages and the API ask the same functions; what a user may *read* is in the selectors.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from labs.models import Lab, Programme, ResultArea, Seat
from labs.permissions import may_change_lab, may_change_programme, may_open_lab
from people.selectors import people


def may_propose_lab(user: Any, area: ResultArea, *, on: date) -> bool:
    """The delivery unit, and whoever holds a post in the area's lead organisation."""
    if area.programme.is_closed:
        return False
    return people.is_delivery_unit(user) or area.lead_id in people.organisation_ids_of(user, on)


def may_open_from(user: Any, area: ResultArea, *, on: date) -> bool:
    """Open the lab that an intake asks for: the delivery unit."""
    return may_open_lab(user, area.programme, on=on)


def may_state_problem(user: Any, lab: Lab, *, on: date) -> bool:
    """Write the problem statement: the delivery unit and the lead organisation, while it runs."""
    if lab.closed_at is not None or lab.area.programme.is_closed:
        return False
    return may_change_lab(user, lab, on=on) or lab.area.lead_id in people.organisation_ids_of(
        user, on
    )


def may_declare(user: Any, seat: Seat, *, on: date) -> bool:
    """Declare what a seat stands to gain: its own organisation, and the delivery unit for it."""
    lab = seat.lab
    if lab.closed_at is not None or lab.area.programme.is_closed:
        return False
    own = seat.organisation_id in people.organisation_ids_of(user, on)
    return own or may_change_lab(user, lab, on=on)


def may_add_lesson(user: Any, programme: Programme, lab: Lab | None = None, *, on: date) -> bool:
    """The delivery unit; lead organisations of its areas; of a lab also those seated in it.

    Also of a closed programme or lab: lessons are often learned when it is over.
    """
    if people.is_delivery_unit(user):
        return True
    own = people.organisation_ids_of(user, on)
    if programme.areas.filter(lead__in=own).exists():
        return True
    return lab is not None and lab.seats.filter(organisation__in=own).exists()


def may_choose_lessons(user: Any, lab: Lab, *, on: date) -> bool:
    """Note with which lessons a lab begins: as changing it."""
    return may_change_lab(user, lab, on=on)


def may_change_settings(user: Any, programme: Programme, *, on: date) -> bool:
    """What labs and plans are held against: as changing the programme."""
    return may_change_programme(user, programme, on=on)
