"""Local overrides of a country's calendar: a day off of its own, or a holiday that is worked."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import LocalHoliday
from people.rules.workdays import is_working_day
from people.selectors import calendars


class HolidayRefused(Refused):
    """A day that cannot be added to a calendar, or taken out of it."""

    code = "holiday"


@transaction.atomic
def add(
    *, country: str, day: datetime.date, working: bool, name: str, by: Actor, at: datetime.datetime
) -> LocalHoliday:
    """Say that ``day`` is off in ``country`` ("MY", "MY-14"), or worked although a holiday.

    Working days are counted with it from now on; deadlines that were given stay.
    Raises HolidayRefused for a country without a calendar, a day that is so already, and
    one that has an override.
    """
    country = country.strip().upper()
    if not country or not calendars.is_known(country):
        message = _("There is no calendar of this country. Write its code, such as MY or MY-14.")
        raise HolidayRefused(message, fields={"country": message})
    if not name.strip():
        message = _("Write what the day is called.")
        raise HolidayRefused(message, fields={"name": message})
    if LocalHoliday.objects.filter(country=country, day=day).exists():
        raise _already()
    _check_changes_something(country, day, working)
    made = LocalHoliday(country=country, day=day, working=working, name=name.strip())
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise _already() from error
    _record("holiday.added", made, by, at)
    return made


@transaction.atomic
def remove(*, holiday: LocalHoliday, by: Actor, at: datetime.datetime) -> None:
    """Let the published calendar hold for the day again. Raises HolidayRefused."""
    told = LocalHoliday.objects.filter(pk=holiday.pk).first()
    if told is None:
        raise HolidayRefused(_("This entry was removed already."), code="stale")
    _record("holiday.removed", told, by, at)
    told.delete()


def _check_changes_something(country: str, day: datetime.date, working: bool) -> None:
    """Raises HolidayRefused when the calendar says so without the entry."""
    works = is_working_day(day, calendars.published_days(country, day.year))
    if working and day.weekday() in {5, 6}:
        message = _("Work on Saturdays and Sundays is not counted: the day stays off.")
    elif working and works:
        message = _("People work on this day anyway.")
    elif not working and not works:
        message = _("This day is off already.")
    else:
        return
    raise HolidayRefused(message, fields={"day": message})


def _already() -> HolidayRefused:
    message = _("This day has an entry already. Remove it first.")
    return HolidayRefused(message, code="stale", fields={"day": message})


def _record(verb: str, holiday: LocalHoliday, by: Actor, at: datetime.datetime) -> None:
    events.record(
        verb=verb,
        subject=holiday,
        by=by,
        at=at,
        data={"country": holiday.country, "day": holiday.day, "working": holiday.working},
        texts={"name": holiday.name},
    )
