"""Instruments for one target group that different organisations run side by side."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from labs.models import Initiative, InitiativeLink
from labs.rules import overlaps
from labs.rules.revisions import INITIATIVE
from labs.selectors.waits import RUNNING, Part, short


@dataclass(frozen=True)
class Found:
    """The pairs that nobody has linked, and the initiatives they are made of."""

    pairs: list[overlaps.Pair]
    initiatives: Mapping[uuid.UUID, Initiative]

    def described(self, pair: overlaps.Pair) -> list[Part]:
        """Both initiatives of a pair in words."""
        return [_part(self.initiatives[key]) for key in pair]


def find(on: date) -> Found:
    """Every overlap of a day among the plans in force. Two queries."""
    rows = (
        Initiative.objects.filter(**RUNNING)
        .exclude(target_group=None)
        .exclude(lead=None)
        .select_related("lead__organisation", "target_group", "instrument")
    )
    initiatives = {row.key: row for row in rows}
    linked = InitiativeLink.objects.values_list("first_key", "second_key")
    pairs = overlaps.overlapping(map(_instrument, initiatives.values()), set(linked), on)
    return Found(pairs, initiatives)


def _instrument(row: Any) -> overlaps.Instrument:
    return overlaps.Instrument(
        key=row.key,
        organisation=row.lead.organisation_id,
        group=(row.target_group.code, row.target_group.country),
        expires_on=row.expires_on,
        wind_down_until=row.wind_down_until,
    )


def _part(row: Any) -> Part:
    return {
        "part": INITIATIVE,
        "key": str(row.key),
        "plan": row.plan_id,
        "title": row.title,
        "owner": str(row.lead),
        "post": row.lead_id,
        "organisation": short(row.lead.organisation),
        "instrument": str(row.instrument or ""),
        "group": str(row.target_group),
        "request": "",
    }


def links_of(keys: set[uuid.UUID]) -> QuerySet[InitiativeLink]:
    """Links between any of these initiatives and others."""
    first = InitiativeLink.objects.filter(first_key__in=keys)
    return first | InitiativeLink.objects.filter(second_key__in=keys)
