"""Promises of beneficiaries: which wait for their verification, and what was found."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from labs.models import Commitment, CommitmentCheck, Initiative
from labs.selectors import labs
from people.selectors import people

WHO = ("by_user", "by_post__organisation", "principal", "principal_post__organisation", "evidence")


def newest(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, CommitmentCheck]:
    """The newest check of each promise that has one, in one query."""
    wanted = set(keys)
    if not wanted:
        return {}
    later = CommitmentCheck.objects.filter(commitment_key=OuterRef("key")).order_by("-at", "-pk")
    of_each = (
        Commitment.objects.filter(key__in=wanted)
        .annotate(newest=Subquery(later.values("pk")[:1]))
        .values("newest")
    )
    return {each.commitment_key: each for each in CommitmentCheck.objects.filter(pk__in=of_each)}


def checks(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[CommitmentCheck]]:
    """Every check of these promises, newest first, in one query."""
    found: dict[uuid.UUID, list[CommitmentCheck]] = {}
    rows = CommitmentCheck.objects.filter(commitment_key__in=set(keys)).select_related(*WHO)
    for row in rows:
        found.setdefault(row.commitment_key, []).append(row)
    return found


def in_force(key: uuid.UUID) -> Commitment | None:
    """The promise as it is in force, None if it is not (any more)."""
    return (
        Commitment.objects.filter(key=key, until_revision=None)
        .select_related("beneficiary", "plan__lab__area__programme", "plan__in_force")
        .first()
    )


@dataclass(frozen=True)
class Due:
    """A promise whose day has come: of which initiative, and who may verify it here."""

    commitment: Commitment
    initiative: str
    last: CommitmentCheck | None
    may_check: bool


def due(user: Any, on: date) -> QuerySet[Commitment]:
    """The promises in force that wait for their verification, in plans ``user`` may read.

    Longest due first. Programmes that are closed ask for nothing.
    """
    verified = CommitmentCheck.objects.filter(
        commitment_key=OuterRef("key"), at__date__gte=OuterRef("verify_on")
    )
    return (
        Commitment.objects.filter(
            ~Exists(verified),
            verify_on__lte=on,
            until_revision=None,
            plan__in=labs.readable_plan_ids(user, on),
            plan__lab__area__programme__closed_at=None,
        )
        .select_related("beneficiary", "plan__lab__area__programme", "plan__lab__area__lead")
        .order_by("verify_on", "pk")
    )


def due_lines(rows: Iterable[Commitment], user: Any, on: date) -> list[Due]:
    """The rows of a page with their initiatives and last checks. Three queries."""
    found = list(rows)
    titles = initiative_titles(row.initiative_key for row in found)
    last = newest(row.key for row in found)
    own = people.organisation_ids_of(user, on)
    unit = people.is_delivery_unit(user)
    return [
        Due(
            row,
            titles.get(row.initiative_key, ""),
            last.get(row.key),
            row.beneficiary_id not in own and (unit or row.plan.lab.area.lead_id in own),
        )
        for row in found
    ]


def initiative_titles(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Titles of initiatives in force, by key, in one query."""
    rows = Initiative.objects.filter(key__in=set(keys), until_revision=None)
    return dict(rows.values_list("key", "title"))
