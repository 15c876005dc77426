"""Organisations, posts and forums of a template: those that are there are used as they are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from forums.models import Forum, Membership
from forums.services import forums, memberships
from ledger.rules.errors import Refused
from people.models import Organisation, Post
from people.services import organisations, posts
from starters.rules.shape import Forum as ForumShape
from starters.services.making import Making

OWN = "{programme}"  # in the name of a forum: it is this programme's and no other's


class SameName(Refused):
    message = _("Another programme has forums of this name. Choose another name.")
    code = "same_name"

    def __init__(self) -> None:
        super().__init__(fields={"name": self.message})


def make(making: Making, lead: Organisation | None) -> None:
    """All three, the forums from the top down. ``lead`` stands in for the template's own."""
    for each in making.template.organisations:
        if lead is not None and each.key == making.template.programme.lead:
            making.organisations[each.key] = lead
        else:
            making.organisations[each.key] = _organisation(
                making, making.text(each.name), each.sector, each.short
            )
    for post in making.template.posts:
        making.posts[post.key] = _post(
            making, making.organisations[post.organisation], making.text(post.title), post.rank
        )
    for forum in making.template.forums:
        making.forums[forum.key] = _forum(making, forum)


def _organisation(making: Making, name: str, sector: str, short: str) -> Organisation:
    found = Organisation.objects.filter(name__iexact=name).select_related("successor").first()
    while found is not None and found.successor is not None:
        found = found.successor
    if found is not None:
        return found
    making.counts["organisations"] += 1
    return organisations.create(name=name, sector=sector, short_name=short, **making.who)


def _post(making: Making, organisation: Organisation, title: str, rank: int) -> Post:
    found = Post.objects.filter(
        organisation=organisation, title__iexact=title, abolished_on=None
    ).first()
    if found is not None:
        return found
    making.counts["posts"] += 1
    return posts.create(organisation=organisation, title=title, rank=rank, **making.who)


def _forum(making: Making, shape: ForumShape) -> Forum:
    name = making.text(shape.name)
    found = Forum.objects.filter(name__iexact=name, closed_on=None).first()
    if found is not None and OWN in shape.name.english:
        raise SameName
    if found is not None:
        return found
    making.counts["forums"] += 1
    forum = forums.create(
        name=name,
        chair=making.posts[shape.chair],
        parent=making.forums[shape.parent] if shape.parent else None,
        alternate=making.posts[shape.alternate] if shape.alternate else None,
        secretary=making.posts[shape.secretary] if shape.secretary else None,
        quorum=shape.quorum,
        response_days=shape.response_days,
        minimum_stay_days=shape.minimum_stay_days,
        meets_every_days=shape.meets_every_days,
        country=making.country,
        purpose=shape.purpose,
        members=[making.posts[key] for key in shape.members if key != shape.chair],
        **making.who,
    )
    for key in shape.invited:
        memberships.add(
            forum=forum, post=making.posts[key], kind=Membership.Kind.INVITED, **making.who
        )
    return forum
