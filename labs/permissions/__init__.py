"""Who may do what in programmes, labs and plans. Pages and the API ask the same functions.

What a user may *read* is in the selectors (``programmes.readable``, ``labs.readable``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from labs.models import Change, Initiative, Lab, Milestone, Plan, Programme, Revision
from labs.rules.plans import MilestoneContent
from people.models import Post
from people.selectors import people


def may_open_programme(user: Any, obj: object = None, *, on: date) -> bool:
    """The delivery unit, and the administrator who sets the place up."""
    return people.is_delivery_unit(user) or people.is_administrator(user)


def may_change_programme(user: Any, programme: Programme, *, on: date) -> bool:
    """Areas, readers and closing: as opening, while the programme runs."""
    return may_open_programme(user, on=on) and not programme.is_closed


def may_open_lab(user: Any, programme: Programme, *, on: date) -> bool:
    """The delivery unit convenes labs."""
    return people.is_delivery_unit(user) and not programme.is_closed


def may_change_lab(user: Any, lab: Lab, *, on: date) -> bool:
    """Seats and restriction: the delivery unit, while the lab runs."""
    return may_open_lab(user, lab.area.programme, on=on) and lab.closed_at is None


def may_start_revision(user: Any, plan: Plan, *, on: date) -> bool:
    """A new draft: the delivery unit, the lead organisation, whoever leads or owns a part."""
    return not plan.lab.area.programme.is_closed and _takes_part(user, plan, on)


def may_edit(user: Any, revision: Revision, *, on: date) -> bool:
    """Write in a draft: as starting one, while it is a draft."""
    return revision.state == Revision.State.DRAFT and may_start_revision(user, revision.plan, on=on)


def may_withdraw(user: Any, revision: Revision, *, on: date) -> bool:
    """Give a draft up: the delivery unit, or whoever began it."""
    own = revision.by_user_id is not None and revision.by_user_id == user.pk
    return may_edit(user, revision, on=on) and (people.is_delivery_unit(user) or own)


def may_submit(user: Any, revision: Revision, *, on: date) -> bool:
    """Put a draft to its forum: the delivery unit and the lead organisation."""
    return revision.state == Revision.State.DRAFT and _may_lead(user, revision.plan, on)


def may_record_stress_test(user: Any, revision: Revision, *, on: date) -> bool:
    """The delivery unit, while the revision is a draft."""
    return (
        revision.state == Revision.State.DRAFT
        and people.is_delivery_unit(user)
        and not revision.plan.lab.area.programme.is_closed
    )


def editing_post(user: Any, plan: Plan, *, on: date) -> Post | None:
    """The post in which ``user`` works on the plan; None for the delivery unit as such."""
    held = people.posts_of(user, on)
    leading = _leading_posts(plan) | _owning_posts(plan, held)
    lead = plan.lab.area.lead_id
    return (
        next((post for post in held if post.pk in leading), None)
        or next((post for post in held if post.organisation_id == lead), None)
        or (held[0] if held and people.is_delivery_unit(user) else None)
    )


def reporting_post(
    user: Any, plan: Plan, milestone: Milestone | MilestoneContent, *, on: date
) -> Post | None:
    """The post in which ``user`` may report the milestone: its owner's, and no other."""
    if plan.lab.area.programme.is_closed or milestone.owner_id is None:
        return None
    return next((post for post in people.posts_of(user, on) if post.pk == milestone.owner_id), None)


def may_report(user: Any, plan: Plan, milestone: Any, *, on: date) -> bool:
    return reporting_post(user, plan, milestone, on=on) is not None


def _may_lead(user: Any, plan: Plan, on: date) -> bool:
    if plan.lab.area.programme.is_closed:
        return False
    lead = plan.lab.area.lead_id
    return people.is_delivery_unit(user) or lead in people.organisation_ids_of(user, on)


def _takes_part(user: Any, plan: Plan, on: date) -> bool:
    held = people.post_ids_of(user, on)
    return (
        _may_lead(user, plan, on)
        or bool(held & _leading_posts(plan))
        or bool(_owning_posts(plan, people.posts_of(user, on)))
    )


def _owning_posts(plan: Plan, held: list[Post]) -> set[int]:
    """Those of the posts that own a milestone in force."""
    rows = Milestone.objects.filter(plan=plan, until_revision=None, owner__in=held)
    return {pk for pk in rows.values_list("owner_id", flat=True) if pk is not None}


def _leading_posts(plan: Plan) -> set[int]:
    """The posts that lead an initiative in force, or in a draft of the plan."""
    in_force = Initiative.objects.filter(plan=plan, until_revision=None).exclude(lead=None)
    drafted = Change.objects.filter(
        Q(revision__state=Revision.State.DRAFT),
        revision__plan=plan,
        part=Change.Part.INITIATIVE,
        field="lead",
    )
    posts = {int(post) for post in drafted.values_list("after", flat=True) if post}
    return posts | set(in_force.values_list("lead", flat=True))
