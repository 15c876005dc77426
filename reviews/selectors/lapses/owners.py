"""Nobody answers for it: posts that are gone or vacant, leads that have ended."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Action
from kpis.models import Kpi
from kpis.selectors import kpis as kpi_selectors
from labs.models import Initiative, Milestone, MilestoneReport, Programme, ResultArea
from labs.selectors import labs
from people import days
from people.models import Appointment, Post
from reviews.models import Dispute
from reviews.selectors import disputes, motions
from reviews.selectors.lapses.found import Found, Lapse, found


def empty_posts(on: datetime.date) -> QuerySet[Post]:
    """Posts that are abolished, stand in an organisation that has ended, or that nobody holds."""
    held = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        post=OuterRef("pk"),
        starts_on__lte=on,
        user__is_active=True,
    )
    return Post.objects.filter(
        Q(abolished_on__lte=on) | Q(organisation__succeeded_on__lte=on) | ~Q(Exists(held))
    )


def owners(user: Any, programme: Programme, on: datetime.date) -> list[Found]:
    """What nobody stands behind, by sort."""
    empty = empty_posts(on).values("pk")
    plans = labs.readable_plan_ids(user, on)
    mine = {"plan__lab__area__programme": programme, "until_revision": None}
    kpis = Kpi.objects.filter(
        Q(owner=None, goal_key__isnull=False) | Q(owner__in=empty),
        area__programme=programme,
        retired_on=None,
    )
    initiatives = Initiative.objects.filter(**mine, lead__in=empty)
    newest = MilestoneReport.objects.filter(milestone_key=OuterRef("key")).order_by("-at", "-pk")
    milestones = (
        Milestone.objects.filter(**mine, owner__in=empty)
        .annotate(said=Subquery(newest.values("state")[:1]))
        .filter(Q(said=None) | ~Q(said=MilestoneReport.State.DONE))
    )
    actions = Action.objects.filter(
        owner__in=empty,
        state=Action.State.OPEN,
        decision__motion__in=motions.of_programme(programme),
    )
    areas = programme.areas.filter(lead__succeeded_on__lte=on).select_related("lead__successor")
    alone = (
        Dispute.objects.filter(area__programme=programme, state=Dispute.State.OPEN)
        .annotate(sides=Count("parties", filter=Q(parties__withdrew_at=None)))
        .filter(sides=1)
    )
    may_see = kpi_selectors.readable(user, on).values("pk")
    seen = disputes.readable(user, on).values("pk")
    return [
        found(areas, areas, lambda area: _area(area)),
        found(kpis, _with_post(kpis.filter(pk__in=may_see), "owner"), lambda kpi: _kpi(kpi, on)),
        found(
            initiatives,
            _with_post(initiatives.filter(plan__in=plans), "lead"),
            lambda row: _initiative(row, on),
        ),
        found(
            milestones,
            _with_post(milestones.filter(plan__in=plans), "owner"),
            lambda row: _milestone(row, on),
        ),
        found(
            actions,
            _with_post(_named_actions(actions, user, on), "owner"),
            lambda row: _action(row, on),
        ),
        found(alone, alone.filter(pk__in=seen), _one_sided),
    ]


def _named_actions(actions: QuerySet[Action], user: Any, on: datetime.date) -> QuerySet[Action]:
    """Those whose decision the user may see by name."""
    decided = actions.values_list("decision__motion", flat=True)
    return actions.exclude(decision__motion__in=motions.unnamed(list(decided), user, on))


def _with_post(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    return rows.select_related(f"{name}__organisation")


def _empty(post: Post | None, on: datetime.date) -> str:
    """Why nobody stands behind a post."""
    if post is None:
        return _("it has no owner")
    if post.abolished_on is not None and post.abolished_on <= on:
        return _("%(post)s was abolished on %(day)s") % {
            "post": post,
            "day": days.in_words(post.abolished_on),
        }
    ended = post.organisation.succeeded_on
    if ended is not None and ended <= on:
        return _("%(post)s stands in an organisation that has ended") % {"post": post}
    return _("%(post)s is vacant") % {"post": post}


def _area(area: ResultArea) -> Lapse:
    why = _("%(lead)s, which leads it, has ended; %(successor)s took its place") % {
        "lead": area.lead.name,
        "successor": area.lead.successor,
    }
    return Lapse(_("Result area"), area.name, why)


def _kpi(kpi: Kpi, on: datetime.date) -> Lapse:
    return Lapse(_("KPI"), kpi.name, _empty(kpi.owner, on), reverse("kpis:kpi", args=[kpi.code]))


def _initiative(row: Initiative, on: datetime.date) -> Lapse:
    url = reverse("labs:plan", args=[row.plan_id]) + f"#initiative-{row.key}"
    return Lapse(_("Initiative"), row.title, _empty(row.lead, on), url)


def _milestone(row: Milestone, on: datetime.date) -> Lapse:
    url = reverse("labs:milestone", args=[row.key])
    return Lapse(_("Milestone"), row.title, _empty(row.owner, on), url)


def _action(row: Action, on: datetime.date) -> Lapse:
    return Lapse(
        _("Action"), row.title, _empty(row.owner, on), reverse("forums:action", args=[row.pk])
    )


def _one_sided(row: Dispute) -> Lapse:
    why = _("only one party is left in it; it can withdraw the dispute")
    return Lapse(_("Dispute"), row.title, why, reverse("reviews:dispute", args=[row.pk]))
