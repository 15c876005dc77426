"""Who may read a dispute and act in it: parties, the forum that holds it, those asked.

A ``…_place`` gives the party and the post a user acts in; a ``…_post`` the post
alone; None means no. Roles come without a post.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from forums import permissions as forum_permissions
from labs.models import Programme
from labs.selectors import programmes
from ledger import once
from people.models import Organisation, Post
from people.selectors import people
from reviews.models import Dispute, InformationRequest, Party
from reviews.selectors import conflict_routes, disputes, openings, standing


class Place(NamedTuple):
    """As which party, in which post."""

    party: Party
    post: Post


def may_read(user: Any, dispute: Dispute, *, on: date) -> bool:
    """Restricted disputes: parties, auditors, members of the forums named."""
    return disputes.readable(user, on).filter(pk=dispute.pk).exists()


def may_open_on_behalf(user: Any, *, on: date) -> bool:
    """The delivery unit opens disputes between others."""
    return people.is_delivery_unit(user)


def opening_post(user: Any, programme: Programme, *, on: date) -> Post | None:
    """The post in which a reader of the programme opens a dispute of their organisation."""
    if programme.is_closed or not programmes.is_readable(user, programme, on):
        return None
    return next(iter(people.posts_of(user, on)), None)


def may_open(user: Any, programme: Programme, *, on: date) -> bool:
    """Anybody who holds a post and reads the programme, and the delivery unit."""
    if programme.is_closed:
        return False
    return may_open_on_behalf(user, on=on) or opening_post(user, programme, on=on) is not None


def may_open_any(user: Any, *, on: date) -> bool:
    """Whether to offer opening a dispute at all."""
    if may_open_on_behalf(user, on=on):
        return True
    return bool(people.posts_of(user, on)) and programmes.readable(user, on).exists()


@once.once
def party_place(user: Any, dispute: Dispute, *, on: date) -> Place | None:
    """The party a user speaks for, while the dispute is open."""
    if dispute.state != Dispute.State.OPEN:
        return None
    posts = {post.organisation_id: post for post in reversed(people.posts_of(user, on))}
    party = dispute.parties.filter(organisation__in=posts, withdrew_at=None).first()
    return None if party is None else Place(party, posts[party.organisation_id])


def chair_post(user: Any, dispute: Dispute, *, on: date) -> Post | None:
    """The post in which the user chairs the forum that holds the dispute.

    The chair, or the alternate where the chair is vacant or stands aside.
    """
    if dispute.state != Dispute.State.OPEN:
        return None
    tier = standing.tier_of(dispute)
    sitting = standing.can_sit(dispute, tier, on)
    presiding = {sitting.presides, standing.offices_of(tier).chair.pk}
    posts = [post for post in people.posts_of(user, on) if post.pk in presiding]
    post = next(iter(posts), None)
    if post is None or (_has_interest(user, dispute, on) and not sitting.interest_stated):
        return None
    return post


def ruling_post(user: Any, dispute: Dispute, *, on: date) -> Post | None:
    """The post in which the user may put a ruling: of the forum, and free of interest."""
    if dispute.state not in {Dispute.State.OPEN, Dispute.State.RULED}:
        return None
    tier = standing.tier_of(dispute)
    forum = standing.forum_of(tier)
    sitting = standing.can_sit(dispute, tier, on)
    post = forum_permissions.putting_post(user, forum, on=on)
    if post is None:
        return None
    free = not _has_interest(user, dispute, on)
    return post if free or (sitting.interest_stated and post.pk == sitting.presides) else None


def asking_post(user: Any, dispute: Dispute, *, on: date) -> Post | None:
    """The post in which the forum asks for information: its chair, secretary or a member."""
    if dispute.state != Dispute.State.OPEN:
        return None
    forum = standing.forum_of(standing.tier_of(dispute))
    return forum_permissions.putting_post(user, forum, on=on)


def acting_place(user: Any, dispute: Dispute, *, on: date) -> Place | Post | None:
    """As what the user asks for information and shows evidence: a party, else the forum."""
    return party_place(user, dispute, on=on) or asking_post(user, dispute, on=on)


def answering_post(user: Any, request: InformationRequest, *, on: date) -> Post | None:
    """A post in the organisation that was asked, while an answer is awaited."""
    if request.state != InformationRequest.State.OPEN:
        return None
    return _post_in(user, request.organisation_id, on)


def extending_post(user: Any, dispute: Dispute, *, on: date) -> Post | None:
    """More time is the chair's to give or decline, or whoever presides in the chair's place."""
    return chair_post(user, dispute, on=on)


def routing_post(user: Any, dispute: Dispute, *, on: date) -> Post | None:
    """The chair sends a dispute to the conflict forum while it is where it was opened."""
    if dispute.area.conflict_forum_id is None or not conflict_routes.may_still_go(dispute):
        return None
    return chair_post(user, dispute, on=on)


def may_take_back(user: Any, dispute: Dispute, *, on: date) -> bool:
    """Whoever opened it, or holds the post it was opened in, before others took it up."""
    if dispute.state != Dispute.State.OPEN or openings.is_taken_up(dispute):
        return False
    return openings.opened_by(dispute, user_id=user.pk, post_id=None) or (
        opener_post(user, dispute, on=on) is not None
    )


def opener_post(user: Any, dispute: Dispute, *, on: date) -> Post | None:
    """The post the dispute was opened in, where the user holds it."""
    opened_in = {dispute.by_post_id, dispute.principal_post_id} - {None}
    return next((post for post in people.posts_of(user, on) if post.pk in opened_in), None)


def withdrawing_post(user: Any, request: InformationRequest, *, on: date) -> Post | None:
    """A post of whoever asked: the party, or the forum that holds the dispute."""
    if request.state != InformationRequest.State.OPEN:
        return None
    if request.dispute.state != Dispute.State.OPEN:
        return None
    if request.asked_by is None:
        return asking_post(user, request.dispute, on=on)
    return _post_in(user, request.asked_by.organisation_id, on)


def withdrawable_requests(user: Any, dispute: Dispute, *, on: date) -> set[int]:
    """Ids of the open questions that the user may take back. A fixed number of queries."""
    if dispute.state != Dispute.State.OPEN:
        return set()
    own = people.organisation_ids_of(user, on)
    for_forum = asking_post(user, dispute, on=on) is not None
    asked = dispute.requests.filter(state=InformationRequest.State.OPEN)
    rows = asked.values_list("pk", "asked_by__organisation")
    return {pk for pk, asker in rows if (for_forum if asker is None else asker in own)}


def joining_post(
    user: Any, dispute: Dispute, organisation: Organisation, *, on: date
) -> Post | None:
    """A post in an organisation that is no party yet."""
    if dispute.state != Dispute.State.OPEN or not may_read(user, dispute, on=on):
        return None
    if dispute.parties.filter(organisation=organisation).exists():
        return None
    return _post_in(user, organisation.pk, on)


def may_join(user: Any, dispute: Dispute, *, on: date) -> bool:
    """Whether an organisation of the user could still join, or the delivery unit add one."""
    if dispute.state != Dispute.State.OPEN:
        return False
    if people.is_delivery_unit(user):
        return True
    own = people.organisation_ids_of(user, on)
    parties = set(dispute.parties.values_list("organisation", flat=True))
    return bool(own - parties) and not own & parties


def _has_interest(user: Any, dispute: Dispute, on: date) -> bool:
    """Whether the user holds a post of a party or acted for one."""
    held = [(post.pk, post.organisation_id) for post in people.posts_of(user, on)]
    return bool(standing.interests(dispute).of_user(user.pk, held))


def _post_in(user: Any, organisation_id: int, on: date) -> Post | None:
    held = people.posts_of(user, on)
    return next((post for post in held if post.organisation_id == organisation_id), None)
