"""What the simulation knows while it runs: its clock, its chance, its people and places."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from forums.models import Forum
from labs.models import ResultArea
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Organisation, Post
from people.rules import workdays
from people.selectors import calendars, people
from simulator.rules.chance import Chance
from simulator.rules.scenario import Scenario

T = TypeVar("T")
M = TypeVar("M", bound=Model)
SYSTEM = Actor.system("simulation")
SECOND = datetime.timedelta(seconds=1)


class Clock:
    """Virtual time: it moves when it is told to, and a second with each act."""

    def __init__(self, start: datetime.datetime) -> None:
        self._now = start

    def now(self) -> datetime.datetime:
        return self._now

    def tick(self) -> datetime.datetime:
        """The time of the next act."""
        self._now += SECOND
        return self._now

    def set(self, moment: datetime.datetime) -> None:
        """Go on to a later moment; never back."""
        self._now = max(self._now, moment)


@dataclass
class Ministry:
    """A ministry with the posts that take part, and its agency."""

    number: int
    organisation: Organisation
    minister: Post
    secretary: Post
    director: Post
    statistician: Post
    agency: Organisation
    agency_head: Post


@dataclass
class World:
    """Everything that acts; rows are read anew from the database when they are needed."""

    scenario: Scenario
    chance: Chance
    clock: Clock
    ministries: list[Ministry] = field(default_factory=list)
    posts: dict[str, Post] = field(default_factory=dict)
    forums: dict[str, Forum] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    areas: list[ResultArea] = field(default_factory=list)
    programme: Any = None
    unit_user: int = 0
    reserve: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    offices: dict[int, list[Post]] = field(default_factory=dict)  # by organisation
    sound: dict[str, bool] = field(default_factory=dict)  # by code of a KPI: of a sound plan?
    labels: dict[int, str] = field(default_factory=dict)  # by post, once all are made
    held: dict[int, Actor] = field(default_factory=dict)  # by post, of today
    off: dict[tuple[int, int], frozenset[datetime.date]] = field(default_factory=dict)

    @property
    def day(self) -> datetime.date:
        return self.clock.now().date()

    def do(self, act: Callable[..., T], /, **given: Any) -> T | None:
        """One act of somebody, a second later; None when it was refused, which is counted."""
        try:
            return act(**given, at=self.clock.tick())
        except Refused as refused:
            self.refused[f"{act.__module__.rpartition('.')[2]}.{refused.code}"] += 1
            return None

    def in_post(self, post: Post | int | None) -> Actor | None:
        """Whoever holds the post today, acting in it; None while it is vacant."""
        if post is None:
            return None
        if not self.held:
            self._look_who_is_there()
        return self.held.get(post if isinstance(post, int) else post.pk)

    def _look_who_is_there(self) -> None:
        """Once a day: who comes into a post comes the day after."""
        if not self.labels:
            rows = Post.objects.select_related("organisation").order_by("pk")
            self.labels = {post.pk: str(post) for post in rows}
        for pk, found in people.first_holders(self.labels, self.day).items():
            self.held[pk] = Actor(user_id=found.user_id, label=self.labels[pk], post_id=pk)

    def unit(self) -> Actor:
        """The delivery unit: in its post, or by role while that is vacant."""
        held = self.in_post(self.posts["unit"])
        return held or Actor(user_id=self.unit_user, label="delivery unit")

    def working_days_from(self, start: datetime.date, days: int) -> datetime.date:
        """So many working days after a day, in the country of the scenario."""
        return calendars.deadline(start, days, self.scenario.country)

    def is_working_day(self, day: datetime.date) -> bool:
        return workdays.is_working_day(day, self._days_off(day.year, day.year))

    def age(self, moment: datetime.datetime | datetime.date) -> int:
        """Working days since then."""
        start = moment.date() if isinstance(moment, datetime.datetime) else moment
        off = self._days_off(start.year, self.day.year)
        return workdays.working_days_between(start, self.day, off)

    def _days_off(self, first: int, last: int) -> frozenset[datetime.date]:
        """Of these years. Nobody changes them once the government is founded."""
        if (first, last) not in self.off:
            self.off[first, last] = calendars.holidays(self.scenario.country, first, last)
        return self.off[first, last]


def in_order(rows: QuerySet[M]) -> list[M]:
    """Rows as a list, oldest first, whatever their own order is.

    Sorted here: for a database to sort wide rows, each of their columns is worked out twice.
    """
    return sorted(rows.order_by(), key=lambda row: row.pk)
