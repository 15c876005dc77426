"""Disputes: which a user may read, lists of them, counts of those they may not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from forums.models import Forum, Membership
from forums.selectors import ladders, members
from labs.models import Milestone
from labs.selectors import programmes
from people.models import Appointment
from people.selectors import people
from reviews.models import Dispute, InformationRequest, Party, Position, SettlementProposal, Tier


@dataclass(frozen=True, slots=True)
class Counts:
    """Open disputes: all there are, and how many of them the user may not see by name."""

    open: int
    hidden: int
    overdue_at_top: int


def readable(user: Any, on: date) -> QuerySet[Dispute]:
    """Disputes the user may read by name.

    Parties always; else readers of the programme and those who sit in a forum of the
    ladder. A restricted one only the parties, auditors, and members of the forums it
    is restricted to.
    """
    if people.is_auditor(user):
        return Dispute.objects.all()
    organisations = people.organisation_ids_of(user, on)
    forums = members.forum_ids_of(user, on)
    own = ladders.with_predecessors(forums) if forums else set()
    party = Party.objects.filter(dispute=OuterRef("pk"), organisation__in=organisations)
    named = Dispute.restricted_to.through.objects.filter(dispute=OuterRef("pk"))
    seated = Tier.objects.filter(dispute=OuterRef("pk"), forum__in=own)
    asked = InformationRequest.objects.filter(
        dispute=OuterRef("pk"), organisation__in=organisations
    )
    open_to_readers = Q(area__programme__in=programmes.readable_ids(user, on))
    return Dispute.objects.filter(
        Q(Exists(party))
        | Q(Exists(named.filter(forum__in=own)))
        | (~Q(Exists(named)) & (open_to_readers | Q(Exists(seated)) | Q(Exists(asked))))
    )


visible = readable


def listed(disputes: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """Disputes with what a line about each shows, in a fixed number of queries.

    Adds ``tier_forum`` and ``next_forum`` (names, of a closed one that of its successor),
    ``top`` (number of tiers) and ``milestone_title``.
    """
    here = Tier.objects.filter(dispute=OuterRef("pk"), number=OuterRef("tier"))
    above = Tier.objects.filter(dispute=OuterRef("pk"), number=OuterRef("tier") + 1)
    name = Coalesce("forum__successor__name", "forum__name")
    tiers = Tier.objects.filter(dispute=OuterRef("pk")).order_by("-number")
    milestone = Milestone.objects.filter(key=OuterRef("milestone_key")).order_by("-pk")
    return (
        disputes.select_related("area__programme", "kpi", "plan__lab", "decision")
        .prefetch_related("parties__organisation", "restricted_to")
        .annotate(
            tier_forum=Subquery(here.values(sits=name)[:1]),
            next_forum=Subquery(above.values(sits=name)[:1]),
            top=Subquery(tiers.values("number")[:1]),
            milestone_title=Subquery(milestone.values("title")[:1]),
        )
        .order_by(F("overdue_at_top_since").asc(nulls_last=True), "deadline", "pk")
    )


def overdue_at_top() -> QuerySet[Dispute]:
    """Open disputes at the top whose last day has passed, oldest first: they head the board."""
    overdue = Dispute.objects.filter(state=Dispute.State.OPEN, overdue_at_top_since__isnull=False)
    return listed(overdue)


def awaiting_position(user: Any, on: date) -> QuerySet[Dispute]:
    """Open disputes in which an organisation of the user has said nothing at this tier yet."""
    organisations = people.organisation_ids_of(user, on)
    said = Position.objects.filter(party=OuterRef("pk"), tier=OuterRef("dispute__tier"))
    silent = Party.objects.filter(
        ~Exists(said), organisation__in=organisations, withdrew_at=None
    ).values("dispute")
    return listed(Dispute.objects.filter(state=Dispute.State.OPEN, pk__in=silent))


def awaiting_answer(user: Any, on: date) -> QuerySet[SettlementProposal]:
    """Settlement proposals of others that an organisation of the user has not answered."""
    organisations = people.organisation_ids_of(user, on)
    mine = Party.objects.filter(
        dispute=OuterRef("dispute"), organisation__in=organisations, withdrew_at=None
    )
    offers = SettlementProposal.objects.filter(
        Exists(mine), dispute__state=Dispute.State.OPEN, party__withdrew_at=None
    )
    return (
        offers.exclude(party__organisation__in=organisations)
        .exclude(answers__party__organisation__in=organisations)
        .select_related("dispute", "party__organisation")
    )


def asked_of(user: Any, on: date) -> QuerySet[InformationRequest]:
    """Requests for information that an organisation of the user has to answer."""
    return (
        InformationRequest.objects.filter(
            state=InformationRequest.State.OPEN,
            dispute__state=Dispute.State.OPEN,
            organisation__in=people.organisation_ids_of(user, on),
        )
        .select_related("dispute", "asked_by__organisation", "organisation")
        .order_by("due_on", "pk")
    )


def counts(user: Any, on: date) -> Counts:
    """How many are open in the programmes the user reads, named or not."""
    reach = Q(area__programme__in=programmes.readable_ids(user, on))
    seen = readable(user, on).filter(state=Dispute.State.OPEN)
    every = Dispute.objects.filter(reach | Q(pk__in=seen.values("pk")), state=Dispute.State.OPEN)
    total = every.count()
    return Counts(
        open=total,
        hidden=total - seen.count(),
        overdue_at_top=every.filter(overdue_at_top_since__isnull=False).count(),
    )


def of_own(user: Any, on: date) -> QuerySet[Dispute]:
    """Open disputes in which an organisation of the user takes part: what is coming to it."""
    own = Party.objects.filter(
        dispute=OuterRef("pk"),
        organisation__in=people.organisation_ids_of(user, on),
        withdrew_at=None,
    )
    return listed(Dispute.objects.filter(Exists(own), state=Dispute.State.OPEN))


def to_preside_over(posts: Collection[int], on: date) -> QuerySet[Tier]:
    """Tiers over which one of these posts would preside, for ``Exists`` in disputes.

    As chair, or as alternate where nobody holds the chair or its organisation is a party; of
    the successor once the forum closed; at the top also as a member of a chairless forum.
    """
    held = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), post=OuterRef("chair"), starts_on__lte=on
    )
    aside = Party.objects.filter(
        dispute=OuterRef("dispute"), organisation=OuterRef("chair__organisation")
    )
    instead = Q(alternate__in=posts) & (~Exists(held) | Exists(aside))
    offices = Q(forum__closed_on=None) & (Q(chair__in=posts) | instead)
    after = ladders.with_predecessors(
        Forum.objects.filter(Q(chair__in=posts) | Q(alternate__in=posts)).values_list(
            "pk", flat=True
        )
    )
    offices |= Q(forum__closed_on__isnull=False, forum__in=after)
    above = Tier.objects.filter(dispute=OuterRef("dispute"), number__gt=OuterRef("number"))
    seat = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        forum=OuterRef("forum"),
        post__in=posts,
        kind=Membership.Kind.CORE,
    )
    vacant_top = ~Exists(held) & ~Exists(above) & Exists(seat)
    return Tier.objects.filter(offices | vacant_top)
