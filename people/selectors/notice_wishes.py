"""How people want to be told, in the terms of people.rules.mail_times."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings

from people.models import NoticeSettings, User
from people.rules.mail_times import Wishes


def zone_of(user: User) -> ZoneInfo:
    """The time zone a person lives in; that of the installation where they chose none."""
    return ZoneInfo(user.time_zone or settings.TIME_ZONE)


def of(user: User) -> Wishes:
    """The wishes of one person."""
    return of_all([user])[user.pk]


def of_all(users: Iterable[User]) -> dict[int, Wishes]:
    """The wishes of these people by id, in one query; the defaults where nothing was changed."""
    found = list(users)
    rows = {row.user_id: row for row in NoticeSettings.objects.filter(user__in=found)}
    return {user.pk: wishes(rows.get(user.pk) or NoticeSettings(), zone_of(user)) for user in found}


def wishes(row: NoticeSettings, zone: ZoneInfo) -> Wishes:
    """One row of settings as wishes."""
    return Wishes(
        zone=zone,
        digest=row.digest,
        weekday=row.weekday,
        digest_at=row.digest_at,
        at_once=row.at_once,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        days_off=row.quiet_days_off,
    )
