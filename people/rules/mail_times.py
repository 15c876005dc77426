"""When a person may be mailed: quiet hours, and the time of the next digest.

Wall-clock times are in the person's time zone; every moment that goes in or comes out is
aware. A time that a change of clocks leaves out counts as the one the clocks jump to, and
of one that comes twice the first counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAILY, WEEKLY = "daily", "weekly"
_ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True)
class Wishes:
    """How a person wants to be told. Quiet from and until the same time: never quiet."""

    zone: ZoneInfo = ZoneInfo("UTC")  # noqa: RUF009  (immutable)
    digest: str = DAILY
    weekday: int = 0
    digest_at: time = time(7)
    at_once: bool = True
    quiet_from: time = time(19)
    quiet_until: time = time(7)
    days_off: bool = True


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, when the clocks in ``zone`` show this time on this day."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def is_quiet(at: datetime, wishes: Wishes) -> bool:
    """Whether the person is left alone at this moment. The last quiet moment is excluded."""
    local = at.astimezone(wishes.zone)
    if wishes.days_off and local.weekday() in (_SATURDAY, _SUNDAY):
        return True
    return _in_hours(local.time(), wishes)


def _in_hours(clock: time, wishes: Wishes) -> bool:
    begins, ends = wishes.quiet_from, wishes.quiet_until
    if begins == ends:
        return False
    if begins < ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def not_before(at: datetime, wishes: Wishes) -> datetime:
    """``at``, or the first moment after it at which the person is not left alone."""
    if not is_quiet(at, wishes):
        return at
    day = at.astimezone(wishes.zone).date()
    # Quiet ends at the end of the quiet hours, or at midnight after a day off: of one of
    # the next days, since even a long weekend of both is over within four.
    for offset in range(5):
        for clock in sorted({time(0), wishes.quiet_until}):
            found = moment(day + offset * _ONE_DAY, clock, wishes.zone)
            if found > at and not is_quiet(found, wishes):
                return found
    raise ValueError("quiet hours that never end")


def _is_digest_day(day: date, wishes: Wishes) -> bool:
    if wishes.digest == WEEKLY:
        return day.weekday() == wishes.weekday
    return day.weekday() not in (_SATURDAY, _SUNDAY)


def next_digest(after: datetime, wishes: Wishes) -> datetime:
    """The first moment of a digest later than ``after``. Daily is Monday to Friday."""
    day = after.astimezone(wishes.zone).date()
    for offset in range(9):
        each = day + offset * _ONE_DAY
        found = moment(each, wishes.digest_at, wishes.zone)
        if _is_digest_day(each, wishes) and found > after:
            return found
    raise ValueError("a weekday is a number from 0 to 6")


def last_digest(until: datetime, wishes: Wishes) -> datetime:
    """The latest moment of a digest that is not later than ``until``."""
    day = until.astimezone(wishes.zone).date()
    for offset in range(9):
        each = day - offset * _ONE_DAY
        found = moment(each, wishes.digest_at, wishes.zone)
        if _is_digest_day(each, wishes) and found <= until:
            return found
    raise ValueError("a weekday is a number from 0 to 6")


def is_reminder_day(day: date, wishes: Wishes) -> bool:
    """Whether what is theirs to decide is repeated in a mail of its own that day.

    On working days on which no digest comes that would hold it.
    """
    return day.weekday() not in (_SATURDAY, _SUNDAY) and not _is_digest_day(day, wishes)
