"""Who holds a post from when to when."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Appointment, Post, User
from people.selectors import people


class Occupied(Refused):
    message = _("Someone holds this post at that time. End that appointment first.")
    code = "occupied"


class AlreadyAppointed(Refused):
    message = _("This person already holds the post at that time.")
    code = "already_appointed"


class Abolished(Refused):
    message = _("This post has been abolished. Choose another post.")
    code = "abolished"


class WrongDates(Refused):
    message = _("The last day cannot be before the first day.")
    code = "wrong_dates"


class AlreadyEnded(Refused):
    message = _("This appointment has already ended.")
    code = "already_ended"


class CannotHold(Refused):
    message = _("A closed account or an integrating system cannot hold a post.")
    code = "cannot_hold"


@transaction.atomic
def appoint(
    *,
    post: Post,
    user: User,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    acting: bool = False,
    by: Actor,
    at: datetime.datetime,
) -> Appointment:
    """Put ``user`` into ``post`` from a day on, for good or acting.

    One substantive holder at a time; several may act. Raises Occupied,
    AlreadyAppointed, Abolished, WrongDates, CannotHold.
    """
    if ends_on is not None and ends_on < starts_on:
        raise WrongDates(fields={"ends_on": WrongDates.message})
    if post.abolished_on is not None and post.abolished_on <= starts_on:
        raise Abolished(fields={"post": Abolished.message})
    if user.is_system or not user.is_active:
        raise CannotHold(fields={"user": CannotHold.message})
    _check_free(post, user, starts_on, ends_on, acting)
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                post=post, user=user, starts_on=starts_on, ends_on=ends_on, acting=acting
            )
    except IntegrityError as error:
        raise Occupied(fields={"post": Occupied.message}) from error
    people.forget(user)
    events.record(
        verb="appointment.made",
        subject=appointment,
        by=by,
        at=at,
        data={
            "post": post.pk,
            "user": user.pk,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "acting": acting,
        },
    )
    return appointment


@transaction.atomic
def end(
    *, appointment: Appointment, ends_on: datetime.date, by: Actor, at: datetime.datetime
) -> Appointment:
    """End an open appointment with ``ends_on`` as its last day."""
    if ends_on < appointment.starts_on:
        raise WrongDates(fields={"ends_on": WrongDates.message})
    still_open = Appointment.objects.filter(pk=appointment.pk, ends_on=None)
    if still_open.update(ends_on=ends_on) != 1:
        raise AlreadyEnded
    appointment.ends_on = ends_on
    people.forget(appointment.user)
    events.record(
        verb="appointment.ended",
        subject=appointment,
        by=by,
        at=at,
        data={"post": appointment.post_id, "user": appointment.user_id, "ends_on": ends_on},
    )
    return appointment


def _check_free(
    post: Post,
    user: User,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    acting: bool,
) -> None:
    overlapping = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on), post=post)
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lte=ends_on)
    if overlapping.filter(user=user).exists():
        raise AlreadyAppointed(fields={"user": AlreadyAppointed.message})
    if not acting and overlapping.filter(acting=False).exists():
        raise Occupied(fields={"post": Occupied.message})
