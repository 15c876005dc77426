"""Seats in a lab: which organisations take part, and what they may commit to."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, Seat
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation, Post


class SeatTaken(Refused):
    message = _("This organisation has a seat in the lab already.")
    code = "seat_taken"


class PostElsewhere(Refused):
    message = _("This post belongs to another organisation. Choose one of the seat's own.")
    code = "post_elsewhere"


@transaction.atomic
def add(
    *,
    lab: Lab,
    organisation: Organisation,
    post: Post | None = None,
    kind: str = Seat.Kind.CORE,
    mandate: str = "",
    by: Actor,
    at: datetime,
) -> Seat:
    """Give an organisation a seat. Raises SeatTaken, PostElsewhere."""
    if post is not None and post.organisation_id != organisation.pk:
        raise PostElsewhere(fields={"post": str(PostElsewhere.message)})
    seat, created = Seat.objects.get_or_create(
        lab=lab,
        organisation=organisation,
        defaults={"post": post, "kind": kind, "mandate": mandate.strip()},
    )
    if not created:
        raise SeatTaken(fields={"organisation": str(SeatTaken.message)})
    _record("seat.added", lab, seat, by, at, {"mandate": seat.mandate})
    return seat


@transaction.atomic
def remove(*, seat: Seat, by: Actor, at: datetime) -> Seat:
    """Take a seat away. Taking it away twice changes nothing the second time."""
    deleted, _rows = Seat.objects.filter(pk=seat.pk).delete()
    if deleted:
        _record("seat.removed", seat.lab, seat, by, at, {})
    return seat


def _record(
    verb: str, lab: Lab, seat: Seat, by: Actor, at: datetime, texts: dict[str, str]
) -> None:
    events.record(
        verb=verb,
        subject=lab,
        by=by,
        at=at,
        data={"organisation": seat.organisation_id, "post": seat.post_id, "kind": seat.kind},
        texts=texts,
        programme_id=lab.area.programme_id,
        restricted=lab.restricted_to.exists(),
    )
