"""Who is not free to decide a thing, and why (fact 9): user, principal and post.

In a review the owner of the subject stands aside: nobody closes alone a deviation
on what they own. Their organisation stands aside where it is a party to an open
dispute about the subject; otherwise the home forum, in which those who do the work
sit, could never decide about the work.
"""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from forums.rules.interests import Interests
from labs.models import Allocation, Commitment, Initiative, Revision
from labs.selectors.endings import End
from ledger.models import Event
from ledger.rules.actors import Actor
from people.models import Post
from people.selectors import people
from reviews.models import Dispute, Party, Review
from reviews.selectors.subjects import Subject


def in_review(review: Review, subject: Subject, on: datetime.date) -> Interests:
    """Interests in how a review ends: the owner by post and by person, parties by organisation."""
    posts: dict[int, str] = {}
    users: dict[int, str] = {}
    if subject.owner is not None:
        because = _("owns what is reviewed")
        posts = {subject.owner.pk: because}
        users = dict.fromkeys(sorted(people.user_ids_holding([subject.owner], on)), because)
    because = _("their organisation is a party to a dispute about this")
    parties = dict.fromkeys(_parties(review), because)
    return Interests(posts=posts, organisations=parties, users=users)


def in_submission(by: Actor, revision: Revision | None = None) -> Interests:
    """Whoever puts a plan to the forum has no vote on it, in whichever place they sit.

    Nor has whoever began the ``revision`` or ever wrote in it: nobody approves their own.
    """
    because = _("put the plan to the forum")
    posts = [post for post in (by.post_id, by.principal_post_id) if post is not None]
    users = [user for user in (by.user_id, by.principal_id) if user is not None]
    written = Interests() if revision is None else _written(revision)
    return Interests(
        posts={**written.posts, **dict.fromkeys(posts, because)},
        users={**written.users, **dict.fromkeys(users, because)},
    )


# Acts about a revision that are no writing in it.
NOT_WRITING = (
    "revision.submitted",
    "revision.released",
    "revision.rejected",
    "revision.withdrawn",
    "revision.adopted",
)


def _written(revision: Revision) -> Interests:
    """Who began a revision and who wrote in it, as its changes and the ledger say.

    A change names who wrote it last; the ledger also who wrote it before.
    """
    began, wrote = _("began this revision"), _("wrote in this revision")
    users = dict.fromkeys(
        revision.changes.exclude(by_user=None)
        .order_by("by_user")
        .values_list("by_user", flat=True),
        wrote,
    )
    posts: dict[int, str] = {}
    acts = Event.objects.filter(
        subject_type=revision._meta.label_lower, subject_id=str(revision.pk)
    ).exclude(verb__in=NOT_WRITING)
    for user, principal, post in acts.order_by("pk").values_list(
        "actor_user", "actor_principal", "actor_post"
    ):
        users |= {int(each): wrote for each in (user, principal) if each}
        posts |= {int(post): wrote} if post else {}
    for who in (revision.by_user_id, revision.principal_id):
        users |= {who: began} if who else {}
    for place in (revision.by_post_id, revision.principal_post_id):
        posts |= {place: began} if place else {}
    return Interests(posts=posts, users=users)


def both(one: Interests, other: Interests) -> Interests:
    """The interests of two kinds in one matter."""
    return Interests(
        posts={**other.posts, **one.posts},
        organisations={**other.organisations, **one.organisations},
        users={**other.users, **one.users},
    )


def in_allocation(allocation: Allocation, on: datetime.date) -> Interests:
    """Who receives the money has no vote on it: the organisation with everybody in it, and
    whoever leads the initiative."""
    because = _("receives the money")
    lead = _lead(allocation)
    posts = {lead.pk: because} if lead else {}
    users = dict.fromkeys(sorted(people.user_ids_holding([lead], on)), because) if lead else {}
    whole = {}
    if allocation.beneficiary_id is not None:
        whole[allocation.beneficiary_id] = _("their organisation receives the money")
    return Interests(posts=posts, organisations=whole, users=users)


def in_end(end: End, by: Actor, on: datetime.date) -> Interests:
    """Whether a thing goes on: who put it, who leads it, and whom its promises bind as beneficiaries."""
    put = in_submission(by)
    if end.plan is None or end.key is None:
        return put
    because = _("leads what comes to its end")
    posts = {end.lead.pk: because} if end.lead else {}
    users = dict.fromkeys(sorted(people.user_ids_holding([end.lead], on)), because)
    promised = Commitment.objects.filter(
        initiative_key=end.key, until_revision=None, beneficiary__isnull=False
    )
    gains = dict.fromkeys(
        promised.order_by("beneficiary").values_list("beneficiary_id", flat=True),
        _("their organisation benefits from what comes to its end"),
    )
    return Interests(
        posts={**put.posts, **posts},
        organisations={pk: why for pk, why in gains.items() if pk is not None},
        users={**put.users, **users},
    )


def beneficiary_name(allocation: Allocation) -> str:
    """Who receives the money, for the text of a motion."""
    if allocation.beneficiary is not None:
        return allocation.beneficiary.name
    initiative = _initiative(allocation)
    return initiative.title if initiative else _("an initiative that has ended")


def _lead(allocation: Allocation) -> Post | None:
    initiative = _initiative(allocation)
    return initiative.lead if initiative else None


def _initiative(allocation: Allocation) -> Initiative | None:
    if allocation.initiative_key is None:
        return None
    held = Initiative.objects.filter(key=allocation.initiative_key, until_revision=None)
    return held.select_related("lead__organisation").first()


def _parties(review: Review) -> list[int]:
    disputes = Dispute.objects.filter(state=Dispute.State.OPEN)
    if review.kpi_id:
        disputes = disputes.filter(kpi=review.kpi_id)
    else:
        disputes = disputes.filter(milestone_key=review.milestone_key)
    found = Party.objects.filter(dispute__in=disputes, withdrew_at=None)
    return list(found.order_by("organisation").values_list("organisation_id", flat=True).distinct())
