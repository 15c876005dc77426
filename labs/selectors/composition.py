"""Who sits in a lab and how long it runs, against the programme's settings, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Forum
from forums.selectors import members
from labs.models import Lab, ProgrammeSettings, Seat
from labs.rules import composition as rules
from labs.selectors import settings as settings_selectors
from people.models.organisations import Sector


@dataclass(frozen=True)
class Warned:
    """One thing that is unusual: a stable code, and words for people."""

    code: str
    text: str


def of_lab(lab: Lab, seats: Iterable[Seat], on: date) -> list[Warned]:
    """Everything unusual about a lab; ``seats`` with organisation and group. Three queries."""
    settings = settings_selectors.of(lab.area.programme)
    facts = rules.LabFacts(
        starts_on=lab.starts_on,
        ends_on=lab.ends_on,
        is_mini=lab.is_mini,
        seats=tuple(_seat(seat) for seat in seats),
        forums=_forums(lab.steering, lab.area.home_forum, on),
    )
    return [_said(each) for each in rules.warnings(facts, bounds(settings))]


def before_opening(
    *,
    settings: ProgrammeSettings,
    starts_on: date,
    ends_on: date,
    is_mini: bool,
    steering: Forum,
    home: Forum,
    on: date,
) -> list[Warned]:
    """The same before a lab has seats: its length and its forums."""
    facts = rules.LabFacts(starts_on, ends_on, is_mini, forums=_forums(steering, home, on))
    return [_said(each) for each in rules.before_opening(facts, bounds(settings))]


def bounds(settings: ProgrammeSettings) -> rules.Bounds:
    """The settings as the rule knows them. One query, if the programme has settings."""
    groups = settings.groups.all() if settings.pk else []
    return rules.Bounds(
        weeks_min=settings.lab_weeks_min,
        weeks_max=settings.lab_weeks_max,
        core_people_max=settings.core_people_max,
        forum_members_max=settings.forum_members_max,
        groups={group.code: group.label for group in groups},
    )


def _seat(seat: Seat) -> rules.SeatFacts:
    return rules.SeatFacts(
        core=seat.kind == Seat.Kind.CORE,
        people=seat.people,
        sector=seat.organisation.sector,
        group=seat.group.code if seat.group else "",
    )


def _forums(steering: Forum, home: Forum, on: date) -> tuple[rules.ForumFacts, ...]:
    """The steering committee, and the home forum where it is another."""
    over = [(steering, True)] if steering.pk == home.pk else [(steering, True), (home, False)]
    sizes = members.sizes([forum.pk for forum, _steers in over], on)
    return tuple(
        rules.ForumFacts(forum.name, sizes[forum.pk], steering=steers) for forum, steers in over
    )


def _said(warning: rules.Warning) -> Warned:
    return Warned(warning.code, _WORDS[warning.code](dict(warning.params)))


def _short(params: dict[str, str | int]) -> str:
    weeks = int(params["weeks"])
    said = ngettext(
        "The lab runs %(weeks)s week; the setting is at least %(bound)s.",
        "The lab runs %(weeks)s weeks; the setting is at least %(bound)s.",
        weeks,
    )
    return said % params


def _long(params: dict[str, str | int]) -> str:
    weeks = int(params["weeks"])
    said = ngettext(
        "The lab runs %(weeks)s week; the setting is at most %(bound)s.",
        "The lab runs %(weeks)s weeks; the setting is at most %(bound)s.",
        weeks,
    )
    return said % params


def _sector(params: dict[str, str | int]) -> str:
    named = {"sector": Sector(str(params["sector"])).label}
    return _("Nobody from the %(sector)s sector has a seat.") % named


_WORDS = {
    "short": _short,
    "long": _long,
    "steering_size": lambda params: (
        _(
            "The steering committee, %(forum)s, has %(members)s members; the setting is at most "
            "%(bound)s."
        )
        % params
    ),
    "home_size": lambda params: (
        _("The home forum, %(forum)s, has %(members)s members; the setting is at most %(bound)s.")
        % params
    ),
    "core_people": lambda params: (
        _("The core seats have %(people)s people; the setting is at most %(bound)s.") % params
    ),
    "sector": _sector,
    "group": lambda params: _("No seat is of the stakeholder group “%(group)s”.") % params,
}
