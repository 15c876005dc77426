"""What forums hold open when organisations merge or duties pass; no event of its own.

Called by the act above, which records one event of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from forums.models import Action, Forum, Membership, Motion
from forums.services import forums, memberships
from ledger.rules.actors import Actor
from people.models import Organisation, Post


def follow(*, successors: Mapping[Organisation, Organisation]) -> list[str]:
    """Whoever stands aside in an open motion for an organisation does so for its successor too.

    The places of the motion stay as they were frozen. Gives the titles of the motions
    concerned; restricted ones are counted by an empty title.
    """
    after = {str(old.pk): str(new.pk) for old, new in successors.items()}
    told = []
    for motion in Motion.objects.filter(state=Motion.State.OPEN).order_by("pk"):
        barred = dict(motion.interests.get("organisations", {}))
        added = {
            after[old]: why
            for old, why in barred.items()
            if old in after and after[old] not in barred
        }
        if not added:
            continue
        interests = {**motion.interests, "organisations": barred | added}
        Motion.objects.filter(pk=motion.pk, state=Motion.State.OPEN).update(interests=interests)
        told.append("" if motion.restricted else motion.title)
    return told


def pass_actions(*, from_post: Post, to_post: Post) -> tuple[list[Action], list[Action]]:
    """Open actions pass to another post: those it owns, and those it is to verify.

    Nobody verifies what they own: where one post would do both, the delivery unit verifies.
    """
    owned = list(Action.objects.filter(owner=from_post, state=Action.State.OPEN).order_by("pk"))
    to_check = list(
        Action.objects.filter(
            verifier=from_post, state__in=(Action.State.OPEN, Action.State.DONE)
        ).order_by("pk")
    )
    for action in owned:
        verifier = None if action.verifier_id == to_post.pk else action.verifier
        Action.objects.filter(pk=action.pk, owner=from_post, state=Action.State.OPEN).update(
            owner=to_post, verifier=verifier
        )
    for action in to_check:
        rows = Action.objects.filter(pk=action.pk, verifier=from_post)
        rows.update(verifier=None if action.owner_id == to_post.pk else to_post)
    return owned, to_check


def pass_places(
    *, from_post: Post, to_post: Post, by: Actor, at: datetime
) -> tuple[list[Membership], list[Forum]]:
    """Places in forums end and begin anew in the other post; offices of forums change hands.

    Motions already put and disputes already open keep the places they froze.
    """
    places = list(
        Membership.objects.filter(post=from_post, ends_on=None, forum__closed_on=None)
        .select_related("forum")
        .order_by("pk")
    )
    for place in places:
        memberships.end(membership=place, by=by, at=at)
        there = Membership.objects.filter(forum=place.forum, post=to_post, ends_on=None).first()
        if there is not None and there.kind != place.kind and place.kind == Membership.Kind.CORE:
            memberships.end(membership=there, by=by, at=at)
            there = None
        if there is None:
            memberships.add(forum=place.forum, post=to_post, kind=place.kind, by=by, at=at)
    held = Q(chair=from_post) | Q(alternate=from_post) | Q(secretary=from_post)
    offices = list(Forum.objects.filter(held, closed_on=None).order_by("pk"))
    for forum in offices:
        forums.change(forum=forum, by=by, at=at, **_offices(forum, from_post, to_post))
    return places, offices


def _offices(forum: Forum, from_post: Post, to_post: Post) -> dict[str, Post | None]:
    """The offices of a forum after the handover; nobody is alternate to themselves."""
    now = {"chair": forum.chair, "alternate": forum.alternate, "secretary": forum.secretary}
    after = {name: to_post if post == from_post else post for name, post in now.items()}
    if after["alternate"] == after["chair"]:
        after["alternate"] = None
    return {name: post for name, post in after.items() if post != now[name]}
