"""Posts: the offices that own things."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation, Post


class TitleTaken(Refused):
    message = _("This organisation already has a post of this title. Use another title.")
    code = "title_taken"


class TitleMissing(Refused):
    message = _("Enter the title of the post.")
    code = "title_missing"


class AlreadyAbolished(Refused):
    message = _("This post has already been abolished.")
    code = "already_abolished"


@transaction.atomic
def create(
    *,
    organisation: Organisation,
    title: str,
    rank: int = 50,
    by: Actor,
    at: datetime.datetime,
) -> Post:
    """Add a post; ``rank`` 1 is the highest. Raises TitleTaken, TitleMissing."""
    title = title.strip()
    if not title:
        raise TitleMissing(fields={"title": TitleMissing.message})
    if Post.objects.filter(organisation=organisation, title__iexact=title).exists():
        raise TitleTaken(fields={"title": TitleTaken.message})
    post = Post.objects.create(organisation=organisation, title=title, rank=rank)
    events.record(
        verb="post.created",
        subject=post,
        by=by,
        at=at,
        data={"organisation": organisation.pk, "rank": rank},
        texts={"title": title},
    )
    return post


@transaction.atomic
def abolish(*, post: Post, on: datetime.date, by: Actor, at: datetime.datetime) -> Post:
    """End a post from a day on; what it owned stays to be handed over."""
    if Post.objects.filter(pk=post.pk, abolished_on=None).update(abolished_on=on) != 1:
        raise AlreadyAbolished
    post.abolished_on = on
    events.record(verb="post.abolished", subject=post, by=by, at=at, data={"on": on})
    return post
