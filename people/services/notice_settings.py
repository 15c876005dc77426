"""How a person wants to be told."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger import wallclock
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import DeskRound, NoticeSettings, User
from people.rules import mail_times
from people.selectors import notice_wishes


class NoSuchZone(Refused):
    message = _("Choose a time zone from the list, such as Asia/Kuala_Lumpur.")
    code = "no_such_zone"


class NeverAwake(Refused):
    message = _("Quiet hours of a whole day leave no time for mail. Let them end earlier.")
    code = "never_awake"


@transaction.atomic
def change(
    *,
    user: User,
    digest: str,
    weekday: int,
    digest_at: datetime.time,
    at_once: bool,
    quiet_from: datetime.time,
    quiet_until: datetime.time,
    quiet_days_off: bool,
    time_zone: str,
    by: Actor,
    at: datetime.datetime,
) -> NoticeSettings:
    """Keep a person's wishes; they hold from now on, and no digest is made up for.

    Times are in ``time_zone`` ("": that of the installation). Raises NoSuchZone, NeverAwake.
    """
    if time_zone and time_zone not in available_timezones():
        raise NoSuchZone(fields={"time_zone": NoSuchZone.message})
    row, _made = NoticeSettings.objects.update_or_create(
        user=user,
        defaults={
            "digest": digest,
            "weekday": weekday,
            "digest_at": digest_at,
            "at_once": at_once,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "quiet_days_off": quiet_days_off,
        },
    )
    zone = ZoneInfo(time_zone) if time_zone else notice_wishes.zone_of(User())
    now = wallclock.now()
    try:
        mail_times.not_before(now, notice_wishes.wishes(row, zone))
    except ValueError as never:
        raise NeverAwake(fields={"quiet_until": NeverAwake.message}) from never
    User.objects.filter(pk=user.pk).update(time_zone=time_zone)
    DeskRound.objects.filter(user=user).update(digested_at=now)
    user.time_zone = time_zone
    events.record(
        verb="notice_settings.changed",
        subject=user,
        by=by,
        at=at,
        data={"digest": str(digest), "at_once": at_once},
    )
    return row
