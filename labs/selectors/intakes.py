"""Intakes: questions that were put, and whether a lab suits them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from labs.models import Intake
from labs.selectors import labs, programmes


def readable(user: Any, on: date) -> QuerySet[Intake]:
    """Intakes of readable programmes, less those whose lab is kept from the user (fact 8)."""
    return Intake.objects.filter(
        Q(lab=None) | Q(lab__in=labs.readable_ids(user, on)),
        area__programme__in=programmes.readable_ids(user, on),
    )


def listed(user: Any, on: date, *, programme: str = "", outcome: str = "") -> QuerySet[Intake]:
    """Readable intakes, newest first; ``programme`` is a code."""
    found = readable(user, on)
    if programme:
        found = found.filter(area__programme__code=programme)
    if outcome:
        found = found.filter(outcome=outcome)
    return found.select_related("area__programme", "lab", "by_user").order_by("-at", "-pk")


def to_open(user: Any, on: date) -> QuerySet[Intake]:
    """Suited intakes from which no lab was opened yet."""
    suited = readable(user, on).filter(outcome=Intake.Outcome.SUITED, lab=None)
    return suited.select_related("area__programme", "area__home_forum", "area__lead")
