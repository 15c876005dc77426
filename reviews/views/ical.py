"""Calendars as iCalendar (RFC 5545): what mail programs and telephones subscribe to."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from unicodedata import category

from icalendar import Calendar, Event

from forums.selectors.calendars import Entry

CONTENT_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN = datetime.timedelta(hours=4)


def render(
    name: str,
    entries: Iterable[Entry],
    *,
    of: str,
    at: datetime.datetime,
    address: Callable[[str], str],
) -> bytes:
    """The calendar of these entries; ``address`` makes a path absolute, times are in UTC.

    ``of`` is what the installation is called for ever: identifiers end in it, which makes
    them unique in the world; ``at`` stamps what has no time of
    its last change.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Makmal//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", " ".join(_text(name).split()))
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, of, at, address))
    return bytes(calendar.to_ical())


def _event(entry: Entry, of: str, at: datetime.datetime, address: Callable[[str], str]) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{of}")
    event.add("dtstamp", (entry.stamp or at).astimezone(datetime.UTC))
    event.add("sequence", entry.sequence)
    event.add("summary", _text(entry.summary))
    starts = entry.starts
    if isinstance(starts, datetime.datetime):
        starts = starts.astimezone(datetime.UTC)
        event.add("dtstart", starts)
        event.add("dtend", starts + datetime.timedelta(minutes=entry.minutes or 0))
    else:
        event.add("dtstart", starts)
        event.add("transp", "TRANSPARENT")
    if entry.place:
        event.add("location", _text(entry.place))
    event.add("url", address(entry.path))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def _text(said: str) -> str:
    """A text without what iCalendar forbids: of the controls only tab and new line stay."""
    lines = "\n".join(said.splitlines())
    return "".join(each for each in lines if each in "\t\n" or category(each) != "Cc")
