"""Who answers a referral, and who takes it back."""

from __future__ import annotations

import datetime
from typing import Any

from people.models import Post
from people.selectors import people
from reviews.models import Referral
from reviews.selectors import referrals


def may_read(user: Any, referral: Referral, *, on: datetime.date) -> bool:
    """Readers of the review or dispute, and the organisation asked."""
    return referrals.readable(user, on).filter(pk=referral.pk).exists()


def answering_post(user: Any, referral: Referral, *, on: datetime.date) -> Post | None:
    """The post asked if the user holds it, else one of theirs in the organisation asked."""
    if referral.state != Referral.State.OPEN:
        return None
    held = people.posts_of(user, on)
    asked = {referral.organisation_id, referral.organisation.successor_id} - {None}
    own = [post for post in held if post.pk == referral.post_id]
    own += [post for post in held if post.organisation_id in asked]
    return next(iter(own), None)


def withdrawing_post(user: Any, referral: Referral, *, on: datetime.date) -> Post | None:
    """The post that asked, or the chair or secretary of the forum that decides about it."""
    about = referrals.about(review=referral.review, dispute=referral.dispute)
    offices = [referral.by_post_id, about.forum.chair_id, about.forum.secretary_id]
    held = {post.pk: post for post in people.posts_of(user, on)}
    return next((held[pk] for pk in offices if pk in held), None)


def may_withdraw(user: Any, referral: Referral, *, on: datetime.date) -> bool:
    """Who asked, the forum's chair and secretary, and the delivery unit, while it is open."""
    if referral.state != Referral.State.OPEN or not may_read_subject(user, referral, on=on):
        return False
    if user.pk == referral.by_user_id or people.is_delivery_unit(user):
        return True
    return withdrawing_post(user, referral, on=on) is not None


def may_read_subject(user: Any, referral: Referral, *, on: datetime.date) -> bool:
    """Whether the user may know what it is about: the organisation asked need not."""
    return (referral.review_id, referral.dispute_id) in referrals.seen([referral], user, on)
