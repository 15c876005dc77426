"""Who is not free to decide a thing, and why (fact 9): user, principal and post."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from forums.models import Forum, Membership
from ledger.rules.actors import Actor
from people.models import Post
from people.selectors import people
from reviews.models import Party, Review
from reviews.selectors.subjects import Subject


def barred_by_owning(subject: Subject, forum: Forum, on: datetime.date) -> dict[int, str]:
    """The places of ``forum`` whose post or holder owns what is reviewed."""
    if subject.owner is None:
        return {}
    because = _("owns what is reviewed")
    own = {subject.owner.pk: because}
    return own | _held_by(people.user_ids_holding([subject.owner], on), forum, on, because)


def barred_by_dispute(review: Review, forum: Forum, on: datetime.date) -> dict[int, str]:
    """The places of ``forum`` whose organisation is a party in an open dispute on the subject."""
    about = {"kpi_id": review.kpi_id} if review.kpi_id else {"milestone_key": review.milestone_key}
    parties = Party.objects.filter(
        withdrew_at=None, dispute__state="open", **{f"dispute__{k}": v for k, v in about.items()}
    )
    organisations = set(parties.values_list("organisation_id", flat=True))
    if not organisations:
        return {}
    posts = Post.objects.filter(pk__in=places(forum, on), organisation__in=organisations)
    because = _("their organisation is a party in a dispute about this")
    return dict.fromkeys(posts.values_list("pk", flat=True), because)


def barred_by_submitting(by: Actor, forum: Forum, on: datetime.date) -> dict[int, str]:
    """The places of ``forum`` of whoever puts the plan: the post, and the person's other posts."""
    because = _("put the plan to the forum")
    own = {post: because for post in (by.post_id, by.principal_post_id) if post is not None}
    users = {user for user in (by.user_id, by.principal_id) if user is not None}
    return own | _held_by(users, forum, on, because)


def places(forum: Forum, on: datetime.date) -> set[int]:
    """Posts that may take part in a decision of the forum: members, chair, alternate."""
    members = Membership.objects.filter(forum=forum, kind=Membership.Kind.CORE, starts_on__lte=on)
    found = {
        post for post, ends in members.values_list("post_id", "ends_on") if not ends or ends >= on
    }
    found.add(forum.chair_id)
    if forum.alternate_id:
        found.add(forum.alternate_id)
    return found


def _held_by(
    users: Iterable[int], forum: Forum, on: datetime.date, because: str
) -> dict[int, str]:
    """Places of the forum that any of ``users`` hold."""
    wanted = set(users)
    holders = people.holder_ids(places(forum, on), on)
    return {post: because for post, held in holders.items() if wanted & set(held)}
