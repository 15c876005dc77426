"""Who may read a review, explain, propose how it ends, vote, record a minute, submit a plan.

Each ``…_post`` returns the post in which the user may act, or None: the actor and
the act then name it (fact 9 looks at user, principal and post). Roles come without
a post, so ``may_…`` says whether, and the post is None.
"""

from __future__ import annotations

import datetime
from typing import Any

from forums import permissions as forum_permissions
from forums.models import Forum, Motion
from forums.selectors import ladders, members
from labs import permissions as lab_permissions
from labs.models import Revision
from labs.selectors import programmes
from people.models import Post
from people.selectors import people
from reviews.models import Review
from reviews.selectors import reviews, subjects


def may_read(user: Any, review: Review, *, on: datetime.date) -> bool:
    """Readers of the programme; for a restricted subject only those named, its owner, auditors."""
    return reviews.readable(user, on).filter(pk=review.pk).exists()


def explaining_post(user: Any, review: Review, *, on: datetime.date) -> Post | None:
    """The post that owns the subject, if the user holds it (acting counts)."""
    owner = subjects.of_review(review).owner
    if owner is None or review.state != Review.State.OPEN:
        return None
    return _held(user, [owner.pk], on)


def may_explain(user: Any, review: Review, *, on: datetime.date) -> bool:
    return explaining_post(user, review, on=on) is not None


def proposing_post(user: Any, review: Review, *, on: datetime.date) -> Post | None:
    """A post of the forum: its chair, alternate, secretary or a core member."""
    forum = ladders.sitting_for(review.forum)
    return _held(user, _proposers(forum, on), on)


def may_propose(user: Any, review: Review, *, on: datetime.date) -> bool:
    """The delivery unit, and the forum's chair, alternate, secretary and core members."""
    if review.state != Review.State.OPEN:
        return False
    return people.is_delivery_unit(user) or proposing_post(user, review, on=on) is not None


def may_withdraw_motion(user: Any, motion: Motion, *, on: datetime.date) -> bool:
    """Whoever put it, and the chair of its forum, while it is open."""
    if motion.state != Motion.State.OPEN:
        return False
    own = user.pk in {motion.by_user_id, motion.principal_id}
    return own or forum_permissions.chairing_post(user, motion.forum, on=on) is not None


def may_submit(user: Any, revision: Revision, *, on: datetime.date) -> bool:
    """Put a draft to its steering committee: as labs says, for those who may read the lab."""
    return lab_permissions.may_submit(user, revision, on=on)


def may_read_agenda(user: Any, forum: Forum, *, on: datetime.date) -> bool:
    """Those who sit in the forum or in one above it, the delivery unit and auditors."""
    return programmes.reads_everything(user) or forum.pk in programmes.forums_within_reach(user, on)


def _proposers(forum: Forum, on: datetime.date) -> list[int]:
    core = [post.pk for post in members.members(forum, on)]
    offices = [forum.alternate_id, forum.secretary_id]
    return [*core, *(pk for pk in offices if pk is not None)]


def _held(user: Any, wanted: list[int], on: datetime.date) -> Post | None:
    """The first of ``wanted`` that the user holds on the day."""
    held = {post.pk: post for post in people.posts_of(user, on)}
    return next((held[pk] for pk in wanted if pk in held), None)
