"""In-app notices: exactly one per event and recipient."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from ledger.models import Event, Notice
from ledger.rules.recipients import recipient

__all__ = ["Told", "mark_read", "notify", "notify_each", "notify_many", "recipient"]


def notify(
    *,
    event: Event,
    recipients: Iterable[int],
    title: str,
    url: str = "",
    decide: bool = False,
) -> int:
    """Tell each user in ``recipients`` (ids) of ``event``; returns how many are new.

    ``decide``: it is theirs to decide, so it is mailed at once (docs/notices.md).
    """
    titles = {user_id: title for user_id in recipients if user_id is not None}
    return notify_each(event=event, titles=titles, url=url, decide=decide)


@transaction.atomic
def notify_each(
    *, event: Event, titles: Mapping[int, str], url: str = "", decide: bool = False
) -> int:
    """Tell users of ``event``, each with a title of their own; returns how many are new."""
    wanted = {recipient(user_id): title for user_id, title in titles.items()}
    told = set(
        Notice.objects.filter(event=event, recipient__in=wanted).values_list("recipient", flat=True)
    )
    new = [
        Notice(
            event=event,
            recipient=name,
            title=str(title)[:300],
            url=url[:300],
            at=event.at,
            decide=decide,
        )
        for name, title in sorted(wanted.items())
        if name not in told
    ]
    Notice.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    return len(new)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told what of one event; ``deciding``: those of them whose decision it is."""

    event: Event
    recipients: Collection[int]
    title: str
    url: str = ""
    deciding: Collection[int] = ()


def notify_many(told: Iterable[Told]) -> int:
    """Tell of many events, each of them just recorded, in few statements; returns how many."""
    new = [
        Notice(
            event=each.event,
            recipient=recipient(user_id),
            title=str(each.title)[:300],
            url=each.url[:300],
            at=each.event.at,
            decide=user_id in each.deciding,
        )
        for each in told
        for user_id in sorted(each.recipients)
    ]
    Notice.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    return len(new)


def mark_read(*, user_id: int, notice_ids: Iterable[int] | None, at: datetime.datetime) -> int:
    """Mark these notices of the user as read, or all with ``None``; returns how many changed."""
    unread = Notice.objects.filter(recipient=recipient(user_id), read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    return unread.update(read_at=at)
