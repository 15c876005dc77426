"""Secret addresses of calendars: shown once, given up at once.

Times kept here are real, as with every secret; an event carries the business time.
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger import wallclock
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import CalendarFeed, User
from people.rules import tokens

USED_EVERY = datetime.timedelta(minutes=1)


class AlreadyGivenUp(Refused):
    message = _("This calendar address no longer works already.")
    code = "calendar_already_given_up"


class MadeMeanwhile(Refused):
    message = _("Another address was made at the same moment. Use that one, or make one anew.")
    code = "calendar_made_meanwhile"


@transaction.atomic
def make(
    *, user: User, forum_key: str = "", by: Actor, at: datetime.datetime
) -> tuple[CalendarFeed, str]:
    """Make the address of a person's calendar; returns the row and the secret, shown once.

    ``forum_key`` empty: all their forums. An earlier address of the same calendar works
    no longer. Raises MadeMeanwhile.
    """
    now = wallclock.now()
    earlier = CalendarFeed.objects.filter(user=user, forum_key=forum_key, revoked_at=None)
    ended = earlier.update(revoked_at=now)
    secret = tokens.new_secret()
    try:
        with transaction.atomic():
            feed = CalendarFeed.objects.create(
                user=user, digest=tokens.digest(secret), forum_key=forum_key, made_at=now
            )
    except IntegrityError as clash:
        raise MadeMeanwhile from clash
    events.record(
        verb="calendar.made",
        subject=feed,
        by=by,
        at=at,
        data={"user": user.pk, "forum": forum_key, "anew": bool(ended)},
    )
    return feed, secret


@transaction.atomic
def revoke(*, feed: CalendarFeed, by: Actor, at: datetime.datetime) -> CalendarFeed:
    """Give an address up at once. Raises AlreadyGivenUp."""
    now = wallclock.now()
    if CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now) != 1:
        raise AlreadyGivenUp
    feed.revoked_at = now
    events.record(verb="calendar.given_up", subject=feed, by=by, at=at, data={"user": feed.user_id})
    return feed


def find(*, token: str) -> CalendarFeed | None:
    """The calendar of an address; None for one that never was, was given up, or whose
    person may no longer sign in. Found by its digest: nothing of the secret is compared."""
    return (
        CalendarFeed.objects.filter(
            digest=tokens.digest(token), revoked_at=None, user__is_active=True
        )
        .select_related("user")
        .first()
    )


def note_use(*, feed: CalendarFeed) -> bool:
    """Note that an address was asked, at most once a minute; no event, it changes nothing."""
    now = wallclock.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
    return CalendarFeed.objects.filter(stale, pk=feed.pk).update(last_used_at=now) == 1
