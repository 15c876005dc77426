"""Whether a forum has met: one rule, for how forums do and for what has lapsed.

A planned meeting that was held closes the gap since the one before it, with a quorum or
without: people came, and it is said that they were too few. An extraordinary meeting, called
besides a rhythm, closes none.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, When

from forums.models import Cycle, Meeting


def told_apart(rows: QuerySet[Meeting]) -> QuerySet[Any]:
    """The meetings, each with ``planned`` and ``quorate``.

    Planned: of a rhythm, or called while the forum had none, as good as planned then.
    """
    there = Cycle.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("starts_at__date")),
        forum=OuterRef("forum"),
        first_on__lte=OuterRef("starts_at__date"),
    )
    return rows.annotate(
        planned=Case(
            When(Q(cycle__isnull=False) | ~Exists(there), then=True),
            default=False,
            output_field=BooleanField(),
        ),
        quorate=Case(
            When(came__gte=F("quorum"), then=True), default=False, output_field=BooleanField()
        ),
    )


def held(rows: QuerySet[Meeting]) -> QuerySet[Any]:
    """Those that close a gap."""
    return told_apart(rows).filter(planned=True, state=Meeting.State.HELD)
