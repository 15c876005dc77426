"""What a post answers for today: what a handover passes on, and what stays where it is."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from forums.models import Action, Forum, Membership, Motion, Voter
from kpis.models import Kpi, Rule
from kpis.selectors import kpis as kpi_selectors
from labs.models import Condition, Coordination, Initiative, Milestone, Recommendation, Seat
from labs.models import Revision as PlanRevision
from labs.selectors import labs
from people.models import Post
from reviews.models import Dispute, Handover, Tier
from reviews.selectors.reorganisations import IN_FORCE, Kind, of_kind

OPEN_PROGRAMME = {"area__programme__closed_at": None}
BY_UNIT = _("where one post would own and verify, the delivery unit verifies")


def kpis_of(post: Post) -> QuerySet[Kpi]:
    """KPIs that the post owns or verifies, in programmes that run."""
    mine = Q(owner=post) | Q(verifier=post)
    return Kpi.objects.filter(mine, retired_on=None, **OPEN_PROGRAMME).order_by("pk")


def rules_of(post: Post) -> QuerySet[Rule]:
    """Rules for whose setting the post answers."""
    return Rule.objects.filter(owner=post, programme__closed_at=None).order_by("pk")


def duties(user: Any, post: Post, on: datetime.date) -> list[Kind]:
    """Everything a handover of this post would pass on, by kind. A fixed number of queries."""
    found = [*_measured(user, post, on), *_planned(user, post, on), *_seated(user, post, on)]
    return [kind for kind in found if kind.count]


def _measured(user: Any, post: Post, on: datetime.date) -> list[Kind]:
    may_see = kpi_selectors.readable(user, on).values("pk")
    every = kpis_of(post)
    owned, verified = every.filter(owner=post), every.filter(verifier=post)
    rules = rules_of(post)
    return [
        of_kind("kpis", _("KPIs owned"), owned, owned.filter(pk__in=may_see), BY_UNIT),
        of_kind("verified", _("KPIs verified"), verified, verified.filter(pk__in=may_see), BY_UNIT),
        of_kind("rules", _("Rules it answers for"), rules, rules.filter(kpi=None)),
    ]


def _planned(user: Any, post: Post, on: datetime.date) -> list[Kind]:
    plans = labs.readable_plan_ids(user, on)
    runs: dict[str, Any] = {**IN_FORCE, "plan__lab__area__programme__closed_at": None}
    initiatives = Initiative.objects.filter(lead=post, **runs)
    milestones = Milestone.objects.filter(owner=post, **runs)
    once = _("in one recorded revision of each plan; what, when and how much stay")
    named = {"plan__in": plans}
    recommended = Recommendation.objects.filter(
        owner=post, state__in=(Recommendation.State.OPEN, Recommendation.State.ACCEPTED)
    )
    conditions = Condition.objects.filter(
        owner=post,
        action=None,
        revision__state__in=(PlanRevision.State.DRAFT, PlanRevision.State.SUBMITTED),
    )
    return [
        of_kind(
            "initiatives",
            _("Initiatives led"),
            initiatives,
            initiatives.filter(**named).select_related("plan__lab"),
            once,
        ),
        of_kind(
            "milestones",
            _("Milestones owned"),
            milestones,
            milestones.filter(**named).select_related("plan__lab"),
            once,
        ),
        of_kind("recommendations", _("Recommendations followed up"), recommended, None),
        of_kind(
            "conditions",
            _("Conditions of plans"),
            conditions,
            conditions.filter(revision__plan__in=plans),
        ),
        of_kind(
            "coordination",
            _("Coordination"),
            Coordination.objects.filter(coordinator=post, closed_at=None),
            None,
        ),
    ]


def _seated(user: Any, post: Post, on: datetime.date) -> list[Kind]:
    labs_seen = labs.readable_ids(user, on)
    actions = Action.objects.filter(owner=post, state=Action.State.OPEN)
    to_check = Action.objects.filter(
        verifier=post, state__in=(Action.State.OPEN, Action.State.DONE)
    )
    unrestricted = Q(decision=None) | Q(decision__motion__restricted=False)
    chaired = Forum.objects.filter(
        Q(chair=post) | Q(alternate=post) | Q(secretary=post), closed_on=None
    )
    places = Membership.objects.filter(post=post, ends_on=None, forum__closed_on=None)
    seats = Seat.objects.filter(post=post, lab__closed_at=None)
    return [
        of_kind("actions", _("Open actions"), actions, actions.filter(unrestricted)),
        of_kind(
            "to_check", _("Actions to verify"), to_check, to_check.filter(unrestricted), BY_UNIT
        ),
        of_kind("chaired", _("Forums chaired, or whose minutes it keeps"), chaired, None),
        of_kind(
            "memberships",
            _("Places in forums"),
            places,
            places.select_related("forum", "post__organisation"),
        ),
        of_kind(
            "seats",
            _("Seats in labs"),
            seats,
            seats.filter(lab__in=labs_seen).select_related("lab", "organisation"),
            _("taken by the other post if it is of the same organisation"),
        ),
    ]


def frozen(post: Post) -> list[Kind]:
    """What stays with the post although duties pass: frozen when it was opened or put. Four queries."""
    ladders = Tier.objects.filter(
        Q(chair=post) | Q(alternate=post), dispute__state=Dispute.State.OPEN, left_at=None
    )
    motions = Motion.objects.filter(
        pk__in=Voter.objects.filter(post=post, vote=None).values("motion"),
        state=Motion.State.OPEN,
    )
    found = [
        Kind("ladders", _("Chairs on the ladders of open disputes"), ladders.count()),
        Kind("motions", _("Votes in motions already put"), motions.count()),
    ]
    return [kind for kind in found if kind.count]


def handovers() -> QuerySet[Handover]:
    """Every handover, newest first."""
    return Handover.objects.select_related(
        "from_post__organisation", "to_post__organisation", "by_user", "by_post__organisation"
    ).order_by("-on", "-pk")
