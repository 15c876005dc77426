"""Who may do what in a lab's weeks, and who reads its minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

from labs import permissions
from labs.models import Lab, OpenDay, Seat
from labs.selectors import insiders, open_days
from people.models import Post
from people.selectors import people


def may_read_minutes(user: Any, lab: Lab, *, on: date) -> bool:
    """Seated organisations, the steering committee, the delivery unit, auditors."""
    return insiders.is_inside(user, lab, on)


def may_run(user: Any, lab: Lab, *, on: date) -> bool:
    """Groups, sessions, options, open days: the delivery unit, while the lab runs."""
    return permissions.may_change_lab(user, lab, on=on)


def may_keep(user: Any, lab: Lab, *, on: date) -> bool:
    """Attendance, minutes, outputs: also after the lab's last day, for minutes come late."""
    return people.is_delivery_unit(user) and not lab.area.programme.is_closed


def speaking_post(user: Any, seat: Seat, *, on: date) -> Post | None:
    """The post in which ``user`` speaks for a seat.

    The seat's own post; where it names none, any post in its organisation.
    """
    held = people.posts_of(user, on)
    if seat.post_id is not None:
        return next((post for post in held if post.pk == seat.post_id), None)
    return next((post for post in held if post.organisation_id == seat.organisation_id), None)


def seats_spoken_for(user: Any, seats: list[Seat], *, on: date) -> list[Seat]:
    """Those of these seats for which the user speaks."""
    return [seat for seat in seats if speaking_post(user, seat, on=on) is not None]


def may_score(user: Any, lab: Lab, seat: Seat, *, on: date) -> bool:
    """Whoever speaks for the seat, or the delivery unit on its behalf, while the lab runs."""
    if lab.closed_at is not None or lab.area.programme.is_closed or lab.criteria_fixed_at is None:
        return False
    return people.is_delivery_unit(user) or speaking_post(user, seat, on=on) is not None


def may_comment(user: Any, open_day: OpenDay, *, on: date) -> bool:
    """Every reader while the open day lasts; the delivery unit also enters what came late."""
    if open_day.lab.area.programme.is_closed:
        return False
    return open_days.is_open(open_day, on) or people.is_delivery_unit(user)


def may_answer_comments(user: Any, open_day: OpenDay, *, on: date) -> bool:
    """The delivery unit and the lead organisation, until the programme is closed."""
    area = open_day.lab.area
    if area.programme.is_closed:
        return False
    return people.is_delivery_unit(user) or area.lead_id in people.organisation_ids_of(user, on)


def answering_post(user: Any, lab: Lab, *, on: date) -> Post | None:
    """The post of the lead organisation in which the user answers, if they hold one."""
    held = people.posts_of(user, on)
    return next((post for post in held if post.organisation_id == lab.area.lead_id), None)
