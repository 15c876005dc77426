"""Who sits in a lab and how long it runs, held against what the programme has set.

Nothing here blocks: the delivery unit is told, with the number, and decides.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

EXPECTED_SECTORS = ("public", "private")
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Bounds:
    """The settings of a programme. ``groups``: code -> name of those every lab should seat."""

    weeks_min: int
    weeks_max: int
    core_people_max: int
    forum_members_max: int
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A seat: whether it is core, how many people, its sector and group (a code, or empty)."""

    core: bool
    people: int
    sector: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class ForumFacts:
    """A forum over the lab: its name, its members, and whether it is the steering one."""

    name: str
    members: int
    steering: bool


@dataclass(frozen=True, slots=True)
class LabFacts:
    starts_on: datetime.date
    ends_on: datetime.date
    is_mini: bool
    seats: tuple[SeatFacts, ...] = ()
    forums: tuple[ForumFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Warning:
    """One thing that is unusual: a code, and what to fill into its words."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


def warnings(lab: LabFacts, bounds: Bounds) -> list[Warning]:
    """Everything unusual about a lab: its length, its forums, then who is missing or too many."""
    return [
        *_length(lab, bounds),
        *_forums(lab.forums, bounds),
        *_people(lab.seats, bounds),
        *_missing(lab.seats, bounds),
    ]


def before_opening(lab: LabFacts, bounds: Bounds) -> list[Warning]:
    """The same before there are seats: length and forums."""
    return [*_length(lab, bounds), *_forums(lab.forums, bounds)]


def weeks(starts_on: datetime.date, ends_on: datetime.date) -> int:
    """Weeks begun from the first to the last day, both included."""
    return -(-_days(starts_on, ends_on) // DAYS_OF_A_WEEK)


def _days(starts_on: datetime.date, ends_on: datetime.date) -> int:
    return (ends_on - starts_on).days + 1


def _length(lab: LabFacts, bounds: Bounds) -> Iterator[Warning]:
    """A lab from Monday to Friday of its sixth week runs six weeks: begun weeks count."""
    if lab.is_mini:
        return
    long = weeks(lab.starts_on, lab.ends_on)
    if long < bounds.weeks_min:
        yield Warning("short", {"weeks": long, "bound": bounds.weeks_min})
    if long > bounds.weeks_max:
        yield Warning("long", {"weeks": long, "bound": bounds.weeks_max})


def _forums(forums: tuple[ForumFacts, ...], bounds: Bounds) -> Iterator[Warning]:
    for forum in forums:
        if forum.members > bounds.forum_members_max:
            code = "steering_size" if forum.steering else "home_size"
            params: dict[str, str | int] = {
                "forum": forum.name,
                "members": forum.members,
                "bound": bounds.forum_members_max,
            }
            yield Warning(code, params)


def _people(seats: tuple[SeatFacts, ...], bounds: Bounds) -> Iterator[Warning]:
    core = sum(seat.people for seat in seats if seat.core)
    if core > bounds.core_people_max:
        yield Warning("core_people", {"people": core, "bound": bounds.core_people_max})


def _missing(seats: tuple[SeatFacts, ...], bounds: Bounds) -> Iterator[Warning]:
    sectors = {seat.sector for seat in seats}
    for sector in EXPECTED_SECTORS:
        if sector not in sectors:
            yield Warning("sector", {"sector": sector})
    groups = {seat.group for seat in seats}
    for code, name in bounds.groups.items():
        if code not in groups:
            yield Warning("group", {"group": name})
