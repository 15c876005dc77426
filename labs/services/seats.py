"""Seats in a lab: which organisations take part, what they may commit to and stand to gain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, ReferenceItem, Seat, SeatInterest
from labs.models.reference import List
from labs.selectors import seats as selectors
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation, Post

MOST_PEOPLE = 500


class SeatTaken(Refused):
    message = _("This organisation has a seat in the lab already.")
    code = "seat_taken"


class PostElsewhere(Refused):
    message = _("This post belongs to another organisation. Choose one of the seat's own.")
    code = "post_elsewhere"


class SeatRefused(Refused):
    message = _("The seat cannot be kept like this. Mend what is marked.")
    code = "seat"


class SeatChanged(Refused):
    message = _(
        "Somebody changed this seat meanwhile. Compare it with what you wrote, which is still "
        "here, then save again."
    )
    code = "seat_changed"


class SeatInUse(Refused):
    message = _(
        "This seat has taken part: it declared interests, came to sessions, scored or took a "
        "stand. Make it an invited seat instead, so that the record stays whole."
    )
    code = "seat_in_use"


@transaction.atomic
def add(
    *,
    lab: Lab,
    organisation: Organisation,
    post: Post | None = None,
    kind: str = Seat.Kind.CORE,
    mandate: str = "",
    group: ReferenceItem | None = None,
    people: int = 1,
    by: Actor,
    at: datetime,
) -> Seat:
    """Give an organisation a seat. Raises SeatTaken, PostElsewhere, SeatRefused."""
    _check(organisation.pk, post, kind, group, people)
    seat, created = Seat.objects.get_or_create(
        lab=lab,
        organisation=organisation,
        defaults={
            "post": post,
            "kind": kind,
            "mandate": mandate.strip(),
            "group": group,
            "people": people,
        },
    )
    if not created:
        raise SeatTaken(fields={"organisation": str(SeatTaken.message)})
    _record("seat.added", seat, by, at, _told(seat), {"mandate": seat.mandate})
    return seat


@transaction.atomic
def change(
    *,
    seat: Seat,
    post: Post | None,
    kind: str,
    group: ReferenceItem | None,
    people: int,
    mandate: str,
    seen: str = "",
    by: Actor,
    at: datetime,
) -> Seat:
    """Change a seat; the event keeps it as it was and as it is.

    ``seen``: the mark (labs.selectors.seats) the seat had when the form was opened; empty
    asks for no such check. Nothing changes and nothing is recorded when all is as it was.
    Raises PostElsewhere, SeatRefused, SeatChanged.
    """
    current = Seat.objects.select_related("lab__area").get(pk=seat.pk)
    _check(current.organisation_id, post, kind, group, people)
    if seen and seen != selectors.mark(current):
        raise SeatChanged
    before = selectors.held(current)
    after = {
        "post_id": post.pk if post else None,
        "kind": kind,
        "group_id": group.pk if group else None,
        "people": people,
        "mandate": mandate.strip(),
    }
    if before == after:
        return current
    if Seat.objects.filter(pk=seat.pk, **before).update(**after) != 1:
        raise SeatChanged
    current.refresh_from_db()
    texts = {"mandate": after.pop("mandate"), "mandate_before": before.pop("mandate")}
    data = {**_told(current), "before": before, "after": after}
    _record("seat.changed", current, by, at, data, texts)
    return current


@transaction.atomic
def remove(*, seat: Seat, by: Actor, at: datetime) -> Seat:
    """Take away a seat that has not taken part yet. Twice changes nothing. Raises SeatInUse."""
    if seat.interests.exists():
        raise SeatInUse
    try:
        deleted, _rows = Seat.objects.filter(pk=seat.pk).delete()
    except ProtectedError as error:
        raise SeatInUse from error
    if deleted:
        _record("seat.removed", seat, by, at, _told(seat), {"mandate": seat.mandate})
    return seat


@transaction.atomic
def copy(*, of: Lab, to: Lab, by: Actor, at: datetime) -> list[Seat]:
    """Seat in ``to`` whoever sat in ``of``, as they sat: for a lab that is reconvened."""
    made = Seat.objects.bulk_create(
        Seat(
            lab=to,
            organisation_id=seat.organisation_id,
            post_id=seat.post_id,
            kind=seat.kind,
            group_id=seat.group_id,
            people=seat.people,
            mandate=seat.mandate,
        )
        for seat in of.seats.order_by("pk")
    )
    if made:
        events.record(
            verb="seat.copied",
            subject=to,
            by=by,
            at=at,
            data={"of": of.pk, "organisations": [seat.organisation_id for seat in made]},
            programme_id=to.area.programme_id,
            restricted=to.restricted_to.exists(),
        )
    return made


@transaction.atomic
def declare(*, seat: Seat, text: str, by: Actor, at: datetime) -> SeatInterest:
    """Record what a seat declares it stands to gain or lose. Raises SeatRefused."""
    if not text.strip():
        raise SeatRefused(fields={"text": str(_("Say what the seat stands to gain or lose."))})
    interest = SeatInterest.objects.create(
        seat=seat, text=text.strip(), at=at, **SeatInterest.fields_of(by)
    )
    data = {"interest": interest.pk, "organisation": seat.organisation_id}
    _record("seat.interest_declared", seat, by, at, data, {"text": interest.text})
    return interest


@transaction.atomic
def end_interest(*, interest: SeatInterest, by: Actor, at: datetime) -> SeatInterest:
    """Note that an interest no longer holds; it stays on the record. Twice changes nothing."""
    if SeatInterest.objects.filter(pk=interest.pk, ended_at=None).update(ended_at=at) == 1:
        seat = interest.seat
        data = {"interest": interest.pk, "organisation": seat.organisation_id}
        _record("seat.interest_ended", seat, by, at, data, {})
        interest.ended_at = at
    return interest


def _check(
    organisation_id: int,
    post: Post | None,
    kind: str,
    group: ReferenceItem | None,
    people: int,
) -> None:
    if post is not None and post.organisation_id != organisation_id:
        raise PostElsewhere(fields={"post": str(PostElsewhere.message)})
    checks = {
        "kind": (kind in Seat.Kind.values, _("Choose core or invited.")),
        "group": (
            group is None or group.list == List.STAKEHOLDER_GROUP,
            _("Choose a stakeholder group from the list."),
        ),
        "people": (1 <= people <= MOST_PEOPLE, _("Write a whole number from 1 to 500.")),
    }
    problems = {name: str(said) for name, (holds, said) in checks.items() if not holds}
    if problems:
        raise SeatRefused(fields=problems)


def _told(seat: Seat) -> dict[str, Any]:
    return {
        "organisation": seat.organisation_id,
        "post": seat.post_id,
        "kind": seat.kind,
        "group": seat.group_id,
        "people": seat.people,
    }


def _record(
    verb: str, seat: Seat, by: Actor, at: datetime, data: dict[str, Any], texts: dict[str, str]
) -> None:
    lab = seat.lab
    events.record(
        verb=verb,
        subject=lab,
        by=by,
        at=at,
        data=data,
        texts=texts,
        programme_id=lab.area.programme_id,
        restricted=lab.restricted_to.exists(),
    )
