"""What may be chosen on the forms of disputes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forums.selectors import members
from kpis.models import Kpi
from kpis.selectors import kpis as kpi_selectors
from labs.models import Milestone, Plan, Revision
from labs.selectors import labs as lab_selectors
from people.models import Organisation, Post
from people.selectors import people
from reviews.models import Dispute, Review
from reviews.selectors import standing

Choice = tuple[str, str]


def subjects(user: Any, on: date) -> list[tuple[str, list[Choice]]]:
    """Everything a dispute may be about, in groups, of programmes that are not closed."""
    kpis = kpi_selectors.readable(user, on).filter(area__programme__closed_at=None, retired_on=None)
    plans = lab_selectors.readable_plans(user, on).filter(lab__area__programme__closed_at=None)
    milestones = Milestone.objects.filter(plan__in=plans.values("pk"), until_revision=None)
    groups = [
        (
            _("Plans"),
            [(f"plan:{pk}", title) for pk, title in plans.values_list("pk", "lab__title")],
        ),
        (
            _("Milestones"),
            [
                (f"milestone:{plan}:{key}", title)
                for plan, key, title in milestones.values_list("plan", "key", "title")
            ],
        ),
    ]
    by_area: dict[str, list[Choice]] = {}
    for pk, name, area in kpis.order_by("area__name", "name").values_list(
        "pk", "name", "area__name"
    ):
        by_area.setdefault(area, []).append((f"kpi:{pk}", name))
    groups += [(_("KPIs: %(area)s") % {"area": area}, rows) for area, rows in by_area.items()]
    return [(name, rows) for name, rows in groups if rows]


def chosen(query: Mapping[str, str]) -> str:
    """The subject that a link to the form names, or ""."""
    if code := query.get("kpi"):
        found = Kpi.objects.filter(code=code).values_list("pk", flat=True).first()
        return f"kpi:{found}" if found else ""
    if (plan := query.get("plan", "")).isdigit():
        return f"plan:{plan}" if Plan.objects.filter(pk=int(plan)).exists() else ""
    if key := query.get("milestone"):
        row = Milestone.objects.filter(key=_uuid(key)).order_by("-pk").first()
        return f"milestone:{row.plan_id}:{row.key}" if row else ""
    return ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def open_review(
    kpi: Kpi | None = None, plan: Plan | None = None, milestone_key: UUID | None = None
) -> Review | None:
    """The review of the same subject that is open now: the dispute belongs to it."""
    reviews = Review.objects.filter(state=Review.State.OPEN)
    if kpi is not None:
        return reviews.filter(kpi=kpi).first()
    return reviews.filter(milestone_key=milestone_key).first() if milestone_key else None


def own_organisations(user: Any, on: date) -> list[Organisation]:
    """The organisations in which the user holds a post, in that order."""
    found = {post.organisation_id: post.organisation for post in people.posts_of(user, on)}
    return list(found.values())


def organisations() -> QuerySet[Organisation]:
    """Organisations that still exist under their name."""
    return Organisation.objects.filter(succeeded_on=None)


def could_join(user: Any, dispute: Dispute, on: date) -> QuerySet[Organisation]:
    """Organisations that are no party; for the delivery unit any, else one's own."""
    parties = dispute.parties.values("organisation")
    found = organisations().exclude(pk__in=parties)
    if people.is_delivery_unit(user):
        return found
    return found.filter(pk__in=people.organisation_ids_of(user, on))


def drafts(user: Any, dispute: Dispute, on: date) -> QuerySet[Revision]:
    """Drafts of the plans of the area that the user reads: a settlement or ruling may name one."""
    state = Revision.State.DRAFT
    return lab_selectors.readable_revisions(user, on).filter(
        plan__lab__area=dispute.area_id, state=state
    )


def action_owners(dispute: Dispute, on: date) -> QuerySet[Post]:
    """Posts of the parties, of the area's lead and of the home forum."""
    home = members.posts_around(dispute.area.home_forum, on)
    organisations = [party.organisation_id for party in standing.parties(dispute)]
    organisations.append(dispute.area.lead_id)
    posts = Post.objects.filter(abolished_on=None).select_related("organisation")
    return posts.filter(organisation__in=organisations) | posts.filter(pk__in=home)
