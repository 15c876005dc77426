"""Who may say where they stand on a revision, object to it, and set conditions."""

from __future__ import annotations

from datetime import date
from typing import Any

from forums.models import Motion
from labs import permissions
from labs.models import Condition, Objection, Revision, Seat
from labs.permissions.sessions import seats_spoken_for
from labs.selectors import plans
from people.models import Organisation, Post
from people.selectors import people

OPEN = (Revision.State.DRAFT, Revision.State.SUBMITTED)


def is_open(revision: Revision) -> bool:
    """Whether anything can still be said of the revision before it is decided."""
    return revision.state in OPEN and not revision.plan.lab.area.programme.is_closed


def standing_seats(user: Any, revision: Revision, *, on: date) -> list[Seat]:
    """The seats for which the user may say where they stand."""
    if not is_open(revision):
        return []
    seats = Seat.objects.filter(lab=revision.plan.lab_id).select_related(
        "organisation", "post__organisation", "lab__area"
    )
    return seats_spoken_for(user, list(seats.order_by("kind", "organisation__name")), on=on)


def objecting_posts(user: Any, revision: Revision, *, on: date) -> list[Post]:
    """The posts in which the user may object for their organisation: any they hold."""
    return people.posts_of(user, on) if is_open(revision) else []


def may_block(revision: Revision, organisation: Organisation | int) -> bool:
    """Whether an objection of this organisation may block: it sits in the lab, leads the
    area, or the plan gives it something to do."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    lab = revision.plan.lab
    if pk == lab.area.lead_id or lab.seats.filter(organisation=pk).exists():
        return True
    named = plans.draft(revision).post_ids()
    return Post.objects.filter(pk__in=named, organisation=pk).exists()


def may_answer(user: Any, objection: Objection, *, on: date) -> bool:
    """The delivery unit and the lead organisation, while the revision is undecided.

    Nobody answers an objection of their own organisation.
    """
    revision = objection.revision
    if not is_open(revision):
        return False
    own = people.organisation_ids_of(user, on)
    if objection.organisation_id in own:
        return False
    return people.is_delivery_unit(user) or revision.plan.lab.area.lead_id in own


def withdrawing_post(user: Any, objection: Objection, *, on: date) -> Post | None:
    """A post of the organisation that objected."""
    if objection.withdrawn_at is not None or not is_open(objection.revision):
        return None
    held = people.posts_of(user, on)
    return next((post for post in held if post.organisation_id == objection.organisation_id), None)


def presiding_post(user: Any, motion: Motion | None, *, on: date) -> Post | None:
    """The post that presides over an open motion, if the user holds it."""
    if motion is None or motion.state != Motion.State.OPEN:
        return None
    voter = motion.voters.filter(presides=True).first()
    held = people.posts_of(user, on)
    return next((post for post in held if voter and post.pk == voter.post_id), None)


def may_set_conditions(user: Any, revision: Revision, *, on: date) -> bool:
    """With a draft: whoever may put it to the forum. While it is there: who presides."""
    if not is_open(revision):
        return False
    if revision.state == Revision.State.DRAFT:
        return permissions.may_submit(user, revision, on=on)
    return presiding_post(user, revision.motion, on=on) is not None


def condition_post(user: Any, revision: Revision, *, on: date) -> Post | None:
    """The post in which a condition is set."""
    if revision.state == Revision.State.SUBMITTED:
        return presiding_post(user, revision.motion, on=on)
    return permissions.editing_post(user, revision.plan, on=on)


def may_take_back(user: Any, condition: Condition, *, on: date) -> bool:
    """As setting one, until the forum has decided."""
    return condition.action_id is None and may_set_conditions(user, condition.revision, on=on)
