"""Where seats and organisations stand on a revision: stands, objections, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from labs.models import Condition, Objection, Revision, Seat, SeatStand

WHO = ("by_user", "by_post__organisation")


@dataclass(frozen=True)
class Stand:
    """One seat and where it stands now; ``earlier`` are views it held before, newest first.

    ``at``: when it said so; of one that said nothing, when the revision was adopted, if ever.
    """

    seat: Seat
    now: SeatStand | None
    earlier: list[SeatStand]
    at: datetime | None


def of_revision(revision: Revision) -> list[Stand]:
    """Every seat of the lab with where it stands, core seats first. Two queries."""
    seats = Seat.objects.filter(lab=revision.plan.lab_id)
    views: dict[int, list[SeatStand]] = {}
    for view in _newest_first(revision):
        views.setdefault(view.seat_id, []).append(view)
    seats = seats.select_related("organisation", "post__organisation")
    return [
        _stand(seat, views.get(seat.pk, []), revision)
        for seat in seats.order_by("kind", "organisation__name")
    ]


def _stand(seat: Seat, views: list[SeatStand], revision: Revision) -> Stand:
    now = views[0] if views else None
    return Stand(seat, now, views[1:], now.at if now else revision.adopted_at)


def dissent(revision: Revision) -> list[SeatStand]:
    """The seats that go along with dissent, or object, in their own words."""
    now: dict[int, SeatStand] = {}
    for view in _newest_first(revision):
        now.setdefault(view.seat_id, view)
    held = [view for view in now.values() if view.stand != SeatStand.Stand.AGREES]
    return sorted(held, key=lambda view: view.seat.organisation.name)


def _newest_first(revision: Revision) -> QuerySet[SeatStand]:
    return revision.stands.select_related("seat__organisation", *WHO).order_by("-at", "-pk")


def silent_core(revision: Revision) -> list[Seat]:
    """Core seats that have not said where they stand, while the lab runs."""
    seats = Seat.objects.filter(
        lab=revision.plan.lab_id, lab__closed_at=None, kind=Seat.Kind.CORE
    ).exclude(pk__in=revision.stands.values("seat"))
    return list(seats.select_related("organisation").order_by("organisation__name"))


def objections(revision: Revision) -> QuerySet[Objection]:
    """Every objection to a revision, oldest first, with its answer."""
    return revision.objections.select_related("organisation", "answered_by", *WHO).order_by(
        "at", "pk"
    )


def unanswered(revision: Revision) -> QuerySet[Objection]:
    """Objections that were neither answered nor withdrawn, blocking ones first."""
    return (
        revision.objections.filter(answered_at=None, withdrawn_at=None)
        .select_related("organisation")
        .order_by("-blocking", "at", "pk")
    )


def conditions(revision: Revision) -> QuerySet[Condition]:
    """On what terms a revision is approved, each with the action it became."""
    return revision.conditions.select_related("owner__organisation", "action", *WHO).order_by(
        "due_on", "pk"
    )
