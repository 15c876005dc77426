"""Forums: founding, changing and closing them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forums.models import Forum, Membership, Motion, Purpose
from forums.selectors import ladders
from forums.selectors.members import posts_around
from forums.services import cycles
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Post
from people.selectors import calendars, people

CHANGEABLE = frozenset(
    {
        "name",
        "purpose",
        "parent",
        "chair",
        "alternate",
        "secretary",
        "quorum",
        "response_days",
        "minimum_stay_days",
        "meets_every_days",
        "delegates_count",
        "country",
        "time_zone",
    }
)


class RingOfForums(Refused):
    message = _("A forum cannot stand below itself. Choose another parent.")
    code = "ring_of_forums"


class ForumClosed(Refused):
    message = _("This forum is closed. Use its successor.")
    code = "forum_closed"


class NeedsSuccessor(Refused):
    message = _("Name a forum that is open and is not this one as the successor.")
    code = "needs_successor"


class MotionsOpen(Refused):
    message = _("Motions still await this forum. Decide or withdraw them first.")
    code = "motions_open"


class NameTaken(Refused):
    message = _("Another forum has this name. Choose another.")
    code = "name_taken"


class UnknownCountry(Refused):
    message = _("There is no calendar for this country. Give two letters, as in MY, or nothing.")
    code = "unknown_country"


class UnknownTimeZone(Refused):
    message = _("There is no such time zone. Choose one from the list, or none.")
    code = "unknown_time_zone"


class SameChairTwice(Refused):
    message = _("The alternate must be another post than the chair.")
    code = "alternate_is_chair"


@transaction.atomic
def create(
    *,
    name: str,
    chair: Post,
    by: Actor,
    at: datetime,
    parent: Forum | None = None,
    alternate: Post | None = None,
    secretary: Post | None = None,
    quorum: int = 1,
    response_days: int = 10,
    minimum_stay_days: int = 5,
    meets_every_days: int = 30,
    delegates_count: bool = False,
    country: str = "",
    time_zone: str = "",
    purpose: str = Purpose.COMMON,
    members: Iterable[Post] = (),
) -> Forum:
    """Found a forum with its core members. Days are working days of its calendar."""
    if alternate is not None and alternate.pk == chair.pk:
        raise SameChairTwice
    _check_country(country)
    _check_zone(time_zone)
    if Forum.objects.filter(name=name).exists():
        raise NameTaken(fields={"name": str(NameTaken.message)})
    if parent is not None and parent.closed_on is not None:
        raise ForumClosed
    forum = Forum.objects.create(
        name=name,
        purpose=purpose,
        parent=parent,
        chair=chair,
        alternate=alternate,
        secretary=secretary,
        quorum=quorum,
        response_days=response_days,
        minimum_stay_days=minimum_stay_days,
        meets_every_days=meets_every_days,
        delegates_count=delegates_count,
        country=country,
        time_zone=time_zone,
    )
    seated = {post.pk: post for post in members}
    Membership.objects.bulk_create(
        Membership(forum=forum, post=post, starts_on=at.date()) for post in seated.values()
    )
    events.record(
        verb="forum.created",
        subject=forum,
        by=by,
        at=at,
        data={"parent": forum.parent_id, "chair": chair.pk, "members": sorted(seated)},
        texts={"name": name},
    )
    return forum


@transaction.atomic
def change(*, forum: Forum, by: Actor, at: datetime, **fields: Any) -> Forum:
    """Change settings of a forum; motions put and disputes opened keep what they froze.

    Raises RingOfForums, ForumClosed, SameChairTwice; TypeError for an unknown field.
    """
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(f"not fields of a forum: {sorted(unknown)}")
    if forum.closed_on is not None:
        raise ForumClosed
    if "parent" in fields and ladders.would_ring(forum, fields["parent"]):
        raise RingOfForums
    _check_country(fields.get("country", ""))
    _check_zone(fields.get("time_zone", ""))
    for name, value in fields.items():
        setattr(forum, name, value)
    if forum.alternate_id == forum.chair_id:
        raise SameChairTwice
    forum.save(update_fields=[*fields])
    events.record(
        verb="forum.changed", subject=forum, by=by, at=at, data={"fields": sorted(fields)}
    )
    return forum


@transaction.atomic
def close(
    *, forum: Forum, successor: Forum | None, by: Actor, at: datetime, reason: str = ""
) -> Forum:
    """Close a forum; what would come to it goes to the successor from now on.

    Its rhythms end and its planned meetings are cancelled, for the ``reason`` given.
    Everybody around it and around its successor is told. Without a successor that is
    named, the forum above takes over. Raises
    NeedsSuccessor when there is none above or it is not open, MotionsOpen.
    """
    if forum.motions.filter(state=Motion.State.OPEN).exists():
        raise MotionsOpen
    successor = successor or ladders.above(forum)
    if successor is None and (forum.children.exists() or forum.motions.exists()):
        raise NeedsSuccessor
    if successor is not None and (successor.pk == forum.pk or successor.closed_on is not None):
        raise NeedsSuccessor
    closed = Forum.objects.filter(pk=forum.pk, closed_on=None).update(
        closed_on=at.date(), successor=successor
    )
    if closed != 1:
        raise ForumClosed
    forum.refresh_from_db()
    because = reason.strip() or gettext("The forum was closed.")
    cycles.stop(forum=forum, reason=because, by=by, at=at)
    event = events.record(
        verb="forum.closed",
        subject=forum,
        by=by,
        at=at,
        data={"successor": successor.pk if successor else None},
        texts={"reason": reason},
    )
    _tell_closed(event, forum, successor, at)
    return forum


def _tell_closed(event: Event, forum: Forum, successor: Forum | None, at: datetime) -> None:
    title = gettext("%(forum)s is closed") % {"forum": forum.name}
    posts = posts_around(forum, at.date())
    if successor is not None:
        posts |= posts_around(successor, at.date())
        title = gettext("%(forum)s is closed, %(successor)s takes its place") % {
            "forum": forum.name,
            "successor": successor.name,
        }
    notices.notify(
        event=event,
        recipients=people.user_ids_holding(sorted(posts), at.date()),
        title=title[:300],
        url=reverse("forums:forum", args=[forum.pk]),
    )


def _check_zone(zone: str) -> None:
    if zone and zone not in available_timezones():
        raise UnknownTimeZone(fields={"time_zone": str(UnknownTimeZone.message)})


def _check_country(country: str) -> None:
    if not calendars.is_known(country):
        raise UnknownCountry(fields={"country": str(UnknownCountry.message)})
