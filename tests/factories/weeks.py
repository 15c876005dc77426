"""What a lab does in its weeks, and what is said of its drafts: a factory per state.

Everything is reached through the product's services. ``lab()`` has three seats that
are spoken for: a ministry with a mandate, a union and a firm without one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from labs.models import (
    Comment,
    Condition,
    Lab,
    Objection,
    OpenDay,
    Option,
    Revision,
    Score,
    Seat,
    Session,
    SessionRecord,
)
from labs.services import attendance, conditions, groups, objections, open_days, sessions, stands
from labs.services import options as option_services
from people.models import Post, User
from tests.factories import labs as make_labs
from tests.factories.forums import held_post, person_in
from tests.factories.people import actor

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
ON = AT.date()
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
BY: dict[str, Any] = {"by": actor(), "at": AT}


@dataclass(frozen=True)
class Seated:
    """A lab with three seats, each with a post that somebody holds."""

    lab: Lab
    ministry: Seat
    union: Seat
    firm: Seat

    @property
    def draft(self) -> Revision:
        return Revision.objects.select_related("plan__lab__area__programme", "plan__in_force").get(
            pk=make_labs.open_draft(self.lab.plan).pk
        )

    @property
    def seats(self) -> list[Seat]:
        return [self.ministry, self.union, self.firm]


def lab(opened: Lab | None = None, **fields: object) -> Seated:
    """A lab with a written draft and three seats."""
    found = opened or make_labs.draft_plan(**fields).lab
    names = ("Ministry", "Union", "Firm")
    return Seated(
        found, *(seat(found, name, "May commit the budget" * (name == names[0])) for name in names)
    )


def seat(lab: Lab, title: str = "Delegate", mandate: str = "", **fields: object) -> Seat:
    """A seat whose post somebody holds."""
    post = held_post(f"{title} delegate")
    return make_labs.SeatFactory(
        lab=lab, organisation=post.organisation, post=post, mandate=mandate, **fields
    )


def speaker(seat: Seat) -> User:
    """Who speaks for a seat."""
    assert seat.post is not None
    return person_in(seat.post)


def by_seat(seat: Seat) -> dict[str, Any]:
    """Acting for a seat."""
    return {"by": actor(speaker(seat), seat.post), "at": AT}


def session(lab: Lab, title: str = "First session", days: int = -1, **fields: object) -> Session:
    """A session of two hours; by default it was yesterday."""
    starts = AT + days * DAY
    given = {"title": title, "starts_at": starts, "ends_at": starts + 2 * HOUR}
    return sessions.plan(lab=lab, **{**given, **BY, **fields})


def came(session: Session, *posts: Post | tuple[Seat, int]) -> None:
    """Those who came: posts of seats, or (seat, rank) for somebody named."""
    seats = {row.post_id: row for row in session.lab.seats.all()}
    rows = [
        attendance.Came(seats[each.pk], each)
        if isinstance(each, Post)
        else attendance.Came(each[0], name="Somebody", rank=each[1], delegate=True)
        for each in posts
    ]
    attendance.record(session=session, came=rows, **BY)


def minutes(session: Session, text: str = "They quarrelled") -> SessionRecord:
    return sessions.keep(session=session, kind="minutes", text=text, **BY)


def output(session: Session, text: str = "Three options") -> SessionRecord:
    return sessions.keep(session=session, kind="output", text=text, **BY)


def group(lab: Lab, name: str = "Money", **fields: object):
    return groups.open(lab=lab, name=name, **{**BY, **fields})


def option(lab: Lab, title: str = "More patrols", **fields: object) -> Option:
    return option_services.add_option(lab=lab, title=title, **{**BY, **fields})


def criterion(lab: Lab, name: str = "Cost", weight: str = "1"):
    return option_services.add_criterion(lab=lab, name=name, weight=Decimal(weight), **BY)


def fixed(lab: Lab) -> Lab:
    """The criteria fixed: now seats may score."""
    return option_services.fix_criteria(lab=lab, **BY)


def score(seat: Seat, values: dict[tuple[int, int], int]) -> list[Score]:
    return option_services.score(lab=seat.lab, seat=seat, values=values, **by_seat(seat))


def open_day(draft: Revision, **fields: object) -> OpenDay:
    """An open day that lasts from yesterday until tomorrow."""
    given = {"title": "Open day", "opens_on": ON - DAY, "closes_on": ON + DAY}
    return open_days.publish(lab=draft.plan.lab, revision=draft, **{**given, **BY, **fields})


def comment(open_day: OpenDay, text: str = "Think of the villages", **fields: object) -> Comment:
    given = {"author": "A reader", "on": ON}
    return open_days.comment(open_day=open_day, text=text, **{**given, **BY, **fields})


def stand(seat: Seat, draft: Revision, stand: str, reason: str = ""):
    return stands.take(revision=draft, seat=seat, stand=stand, reason=reason, **by_seat(seat))


def objection(draft: Revision, seat: Seat, text: str = "It costs jobs", **fields: object):
    """An objection of a seated organisation."""
    given = {"organisation": seat.organisation, **by_seat(seat)}
    made: Objection = objections.make(revision=draft, text=text, **{**given, **fields})
    return made


def condition(draft: Revision, owner: Post, text: str = "Publish the costs", days: int = 30):
    made: Condition = conditions.add(
        revision=draft, text=text, owner=owner, due_on=ON + days * DAY, **BY
    )
    return made
