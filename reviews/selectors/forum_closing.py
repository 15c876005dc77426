"""What a forum leaves to its successor when it is closed. Counted: some of it is restricted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from forums.models import Action, Cycle, Forum, Meeting, Motion
from labs.models import Lab, ResultArea
from reviews.models import Dispute, Review, Tier
from reviews.selectors.agenda_waiting import sits_for


@dataclass(frozen=True, slots=True)
class Estate:
    """Open business that passes on, and what ends with the forum."""

    motions: int
    disputes: int
    disputes_to_come: int
    reviews: int
    actions: int
    areas: list[ResultArea]
    labs: int
    below: list[Forum]
    rhythms: list[Cycle]
    meetings: list[Meeting]

    @property
    def may_close(self) -> bool:
        """Motions that await the forum are decided or withdrawn first."""
        return self.motions == 0


def estate(forum: Forum, at: datetime) -> Estate:
    """What hangs on a forum now; a fixed number of queries."""
    own = sits_for(forum)
    tiers = Tier.objects.filter(forum__in=own, dispute__state=Dispute.State.OPEN)
    areas = ResultArea.objects.filter(programme__closed_at=None)
    labs = Lab.objects.filter(closed_at=None)
    meetings = Meeting.objects.filter(forum=forum, state=Meeting.State.PLANNED)
    return Estate(
        motions=forum.motions.filter(state=Motion.State.OPEN).count(),
        disputes=tiers.filter(number=F("dispute__tier")).count(),
        disputes_to_come=tiers.filter(number__gt=F("dispute__tier")).count(),
        reviews=Review.objects.filter(forum__in=own, state=Review.State.OPEN).count(),
        actions=Action.objects.filter(
            decision__motion__forum__in=own, state__in=(Action.State.OPEN, Action.State.DONE)
        ).count(),
        areas=list(
            areas.filter(Q(home_forum__in=own) | Q(conflict_forum__in=own))
            .select_related("programme")
            .order_by("programme__name", "position", "name", "pk")
        ),
        labs=labs.filter(steering__in=own).count(),
        below=list(forum.children.filter(closed_on=None).order_by("name", "pk")),
        rhythms=list(Cycle.objects.filter(forum=forum, ends_on=None).order_by("pk")),
        meetings=list(meetings.order_by("starts_at", "pk")),
    )


def successors(forum: Forum) -> QuerySet[Forum]:
    """Forums that could take its place."""
    return Forum.objects.filter(closed_on=None).exclude(pk=forum.pk).order_by("name", "pk")
