"""Seats of a lab: who sits where, and what they declared."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Prefetch, QuerySet

from labs.models import Lab, Seat, SeatInterest


def listed(lab: Lab) -> QuerySet[Seat]:
    """The seats of a lab, core ones first, each with the interests that it declares now."""
    current = SeatInterest.objects.filter(ended_at=None)
    return (
        lab.seats.select_related("organisation", "post__organisation", "group")
        .prefetch_related(Prefetch("interests", queryset=current, to_attr="declared"))
        .order_by("kind", "organisation__name")
    )


def interests(seat: Seat) -> QuerySet[SeatInterest]:
    """Everything the seat ever declared, what holds now first."""
    return seat.interests.select_related("by_user", "by_post__organisation").order_by(
        F("ended_at").asc(nulls_first=True), "at", "pk"
    )


def held(seat: Seat) -> dict[str, Any]:
    """What may be changed of a seat, as its columns say it."""
    return {
        "post_id": seat.post_id,
        "kind": seat.kind,
        "group_id": seat.group_id,
        "people": seat.people,
        "mandate": seat.mandate,
    }


def mark(seat: Seat) -> str:
    """What a form carries along to notice that the seat was changed after it was opened."""
    return "|".join("" if value is None else str(value) for value in held(seat).values())
