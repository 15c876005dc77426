"""The first run of an empty installation, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from forums.services import forums
from labs.models import Programme
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation, Post, User
from people.models.access import Role
from people.selectors import calendars
from people.selectors.actors import acting
from people.services import appointments, installations, organisations, posts, roles, users
from reviews.services import programmes

MOST_FORUMS = 5


class LadderMissing(Refused):
    message = _("Name at least one forum: somebody has to decide.")
    code = "ladder_missing"


class LadderTooLong(Refused):
    message = _("A ladder has at most five forums. Remove some.")
    code = "ladder_too_long"


class ForumTwice(Refused):
    message = _("Two forums have the same name. Give each a name of its own.")
    code = "forum_twice"


class CountryUnknown(Refused):
    message = _("There is no calendar for this country. Use its two letters, or leave it empty.")
    code = "country_unknown"


@dataclass(frozen=True, slots=True)
class Rung:
    """One forum of the ladder: its name, and the post that chairs it."""

    name: str
    chair_title: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The first programme."""

    code: str
    name: str
    currency: str
    country: str
    time_zone: str
    fiscal_year_start: int


@dataclass(frozen=True, slots=True)
class Made:
    """What the first run made. ``forums`` are lowest first."""

    user: User
    programme: Programme
    forums: list[Forum]


@transaction.atomic
def set_up(
    *,
    token: str,
    email: str,
    name: str,
    password: str,
    organisation: str,
    programme: Opening,
    ladder: Sequence[Rung],
    at: datetime,
) -> Made:
    """Make the first administrator, the delivery unit, a programme and its ladder.

    ``ladder`` is lowest first. Whoever holds the token acts, so there is no ``by``.
    Raises AlreadySetUp and what the services it calls raise; then nothing is made.
    """
    _check(programme, ladder)
    installations.close_setup(token=token)
    system = Actor.system("set-up")
    users.check_password(password=password, email=email, name=name)
    user = users.create(
        email=email,
        name=name,
        password=password,
        time_zone=programme.time_zone,
        by=system,
        at=at,
    )
    for role in (Role.ADMINISTRATOR, Role.DELIVERY_UNIT):
        roles.grant(user=user, role=role, by=system, at=at)
    unit = organisations.create(name=organisation, by=system, at=at)
    head = posts.create(organisation=unit, title=str(_("Head")), rank=10, by=system, at=at)
    appointments.appoint(post=head, user=user, starts_on=at.date(), by=system, at=at)
    by = acting(user, head)
    opened = programmes.open_programme(
        code=programme.code,
        name=programme.name,
        currency=programme.currency,
        time_zone=programme.time_zone,
        country=programme.country,
        fiscal_year_start=programme.fiscal_year_start,
        by=by,
        at=at,
    )
    built = _build(ladder, secretary=head, country=programme.country, by=by, at=at)
    events.record(
        verb="installation.set_up",
        subject=installations.current(),
        by=by,
        at=at,
        data={"programme": opened.pk, "forums": [forum.pk for forum in built]},
    )
    return Made(user=user, programme=opened, forums=built)


def _check(programme: Opening, ladder: Sequence[Rung]) -> None:
    if not ladder:
        raise LadderMissing
    if len(ladder) > MOST_FORUMS:
        raise LadderTooLong
    if len({rung.name.strip().casefold() for rung in ladder}) < len(ladder):
        raise ForumTwice
    if not calendars.is_known(programme.country):
        raise CountryUnknown(fields={"country": CountryUnknown.message})


def _build(
    ladder: Sequence[Rung], *, secretary: Post, country: str, by: Actor, at: datetime
) -> list[Forum]:
    """The forums from the top down, since each needs the one above; returned lowest first."""
    built: list[Forum] = []
    above: Forum | None = None
    for rung in reversed(ladder):
        above = forums.create(
            name=rung.name.strip(),
            chair=_chair(rung, by=by, at=at),
            parent=above,
            secretary=secretary,
            country=country,
            by=by,
            at=at,
        )
        built.append(above)
    return built[::-1]


def _chair(rung: Rung, *, by: Actor, at: datetime) -> Post:
    """The post that chairs; its organisation and itself are made when new."""
    home = Organisation.objects.filter(name__iexact=rung.organisation.strip()).first()
    if home is None:
        home = organisations.create(name=rung.organisation, by=by, at=at)
    post = Post.objects.filter(organisation=home, title__iexact=rung.chair_title.strip()).first()
    return post or posts.create(organisation=home, title=rung.chair_title, rank=1, by=by, at=at)
