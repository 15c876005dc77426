"""Places in a forum: core (votes) or invited (is heard)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Forum, Membership
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Post


class AlreadyMember(Refused):
    message = _("This post already has a place here. End it first to change its kind.")
    code = "already_member"


class NotAMember(Refused):
    message = _("This place has already ended.")
    code = "not_a_member"


@transaction.atomic
def add(
    *, forum: Forum, post: Post, by: Actor, at: datetime, kind: str = Membership.Kind.CORE
) -> Membership:
    """Give a post a place from today on. Motions already put keep their voters."""
    if forum.memberships.filter(post=post, ends_on=None).exists():
        raise AlreadyMember
    membership = Membership.objects.create(forum=forum, post=post, kind=kind, starts_on=at.date())
    events.record(
        verb="membership.added",
        subject=membership,
        by=by,
        at=at,
        data={"forum": forum.pk, "post": post.pk, "kind": str(kind)},
    )
    return membership


@transaction.atomic
def end(*, membership: Membership, by: Actor, at: datetime) -> Membership:
    """End a place with today as its last day."""
    ended = Membership.objects.filter(pk=membership.pk, ends_on=None).update(ends_on=at.date())
    if ended != 1:
        raise NotAMember
    membership.refresh_from_db()
    events.record(
        verb="membership.ended",
        subject=membership,
        by=by,
        at=at,
        data={"forum": membership.forum_id, "post": membership.post_id},
    )
    return membership
