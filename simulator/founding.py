"""The synthetic government: organisations, posts, persons, and a ladder of forums."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import count

from forums.models import Forum, Purpose
from forums.services import cycles, forums
from kpis.models import Rule
from kpis.services import rules
from labs.services import areas, programmes
from people.models import Organisation, Post
from people.models.access import Role
from people.services import appointments, holidays, organisations, posts, roles, users
from reviews.services import programmes as opening
from simulator.world import SYSTEM, Ministry, World

RESERVES = 6  # persons without an office, who take one that falls vacant
LEVELS = ("working", "steering", "task_force", "top")
CENTRE = {
    "pm": ("Prime Minister", 1),
    "deputy": ("Deputy Prime Minister", 2),
    "chief": ("Chief Secretary", 4),
    "unit": ("Director, Delivery", 5),
    "secretariat": ("Secretary to the forums", 20),
    "adviser": ("Adviser to the Cabinet", 6),
    "arbiter": ("Chair of the council on burdens", 3),
}
RHYTHMS = {
    "working": "monthly",
    "steering": "monthly",
    "task_force": "quarterly",
    "top": "half_yearly",
}


def found(world: World) -> None:
    """Everything that is there before the first plan."""
    people = _Register(world)
    centre = _organisation(world, "Centre of Government")
    for key, (title, rank) in CENTRE.items():
        world.posts[key] = people.post(centre, title, rank)
    for number in range(1, world.scenario.ministries + 1):
        world.ministries.append(_ministry(world, people, number))
    _steering_chairs(world, people, centre)
    world.reserve = [people.person() for _number in range(RESERVES)]
    world.unit_user = people.person()
    world.do(roles.grant, user=people.known[world.unit_user], role=Role.DELIVERY_UNIT, by=SYSTEM)
    _holidays(world)
    _forums(world)
    _programme(world)


class _Register:
    """Makes posts and persons, numbered as they come."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.numbers = count(1)
        self.known: dict[int, object] = {}

    def person(self) -> int:
        number = next(self.numbers)
        user = users.create(
            email=f"person{number}@simulation.example",
            name=f"Person {number}",
            time_zone="UTC",
            is_illustrative=True,
            by=SYSTEM,
            at=self.world.clock.tick(),
        )
        self.known[user.pk] = user
        return user.pk

    def post(self, organisation: Organisation, title: str, rank: int) -> Post:
        """A post with somebody in it."""
        post = posts.create(
            organisation=organisation,
            title=title,
            rank=rank,
            by=SYSTEM,
            at=self.world.clock.tick(),
        )
        self.world.do(
            appointments.appoint,
            post=post,
            user=self.known[self.person()],
            starts_on=self.world.day,
            by=SYSTEM,
        )
        return post


def _organisation(world: World, name: str) -> Organisation:
    return organisations.create(name=name, by=SYSTEM, at=world.clock.tick())


def _ministry(world: World, people: _Register, number: int) -> Ministry:
    ministry = _organisation(world, f"Ministry {number}")
    agency = _organisation(world, f"Agency {number}")
    return Ministry(
        number=number,
        organisation=ministry,
        minister=people.post(ministry, "Minister", 3),
        secretary=people.post(ministry, "Permanent Secretary", 8),
        director=people.post(ministry, "Director, Programme", 15),
        statistician=people.post(ministry, "Head of Statistics", 20),
        agency=agency,
        agency_head=people.post(agency, "Head", 12),
    )


def _steering_chairs(world: World, people: _Register, centre: Organisation) -> None:
    size = world.scenario.ministries_per_steering
    for number, _first in enumerate(range(0, len(world.ministries), size), start=1):
        title = f"Coordinating Minister {number}"
        world.posts[f"steering{number}"] = people.post(centre, title, 3)


def _holidays(world: World) -> None:
    """Two days off that no published calendar has."""
    for month, day in ((3, 16), (10, 5)):
        world.do(
            holidays.add,
            country=world.scenario.country,
            day=datetime.date(world.day.year, month, day),
            working=False,
            name="Local holiday",
            by=SYSTEM,
        )


def _forums(world: World) -> None:
    """From the top down. Whoever owns or verifies sits in none."""
    posts = world.posts
    top = _forum(world, "top", "Prime Minister in Council", "pm", None,
                 [posts["deputy"], posts["chief"], posts["adviser"]], "deputy", 1)  # fmt: skip
    task_force = _forum(world, "task_force", "Delivery Task Force", "deputy", top,
                        [posts["chief"], posts["adviser"],
                         *(each.minister for each in world.ministries)], "chief", 2)  # fmt: skip
    world.forums["burdens"] = _forum(
        world, "steering", "Council on burdens", "arbiter", task_force,
        [posts["deputy"], posts["adviser"]], "chief", 2, Purpose.CONFLICT)  # fmt: skip
    size = world.scenario.ministries_per_steering
    for number, first in enumerate(range(0, len(world.ministries), size), start=1):
        cluster = world.ministries[first : first + size]
        steering = _forum(world, "steering", f"Steering committee {number}", f"steering{number}",
                          task_force, [posts["chief"], posts["adviser"],
                          *(each.minister for each in cluster)], "adviser", 2)  # fmt: skip
        for ministry in cluster:
            other = world.ministries[ministry.number % len(world.ministries)]
            members = [ministry.secretary, ministry.agency_head, other.secretary, posts["chief"]]
            world.forums[f"working{ministry.number}"] = _forum(
                world, "working", f"Working committee {ministry.number}", ministry.minister,
                steering, members, "adviser", 2)  # fmt: skip


def _forum(
    world: World,
    level: str,
    name: str,
    chair: Post | str,
    parent: Forum | None,
    members: Sequence[Post],
    alternate: str,
    quorum: int,
    purpose: Purpose = Purpose.COMMON,
) -> Forum:
    rung = LEVELS.index(level)
    scenario = world.scenario
    forum = forums.create(
        name=name,
        chair=world.posts[chair] if isinstance(chair, str) else chair,
        parent=parent,
        alternate=world.posts[alternate],
        secretary=world.posts["secretariat"],
        quorum=quorum,
        response_days=scenario.response_days[rung],
        minimum_stay_days=scenario.minimum_stay_days[rung],
        country=scenario.country,
        purpose=purpose,
        members=members,
        by=SYSTEM,
        at=world.clock.tick(),
    )
    world.levels[forum.pk] = rung + 1
    world.do(
        cycles.begin,
        forum=forum,
        rhythm=RHYTHMS[level],
        first_on=world.day + datetime.timedelta(days=7 + 2 * rung),
        by=SYSTEM,
    )
    return forum


def _programme(world: World) -> None:
    scenario = world.scenario
    programme = opening.open_programme(
        code="simulation",
        name="Government programme",
        currency="EUR",
        time_zone="UTC",
        country=scenario.country,
        starts_on=world.day,
        by=SYSTEM,
        at=world.clock.tick(),
    )
    world.programme = programme
    for ministry in world.ministries:
        world.areas.append(
            areas.create(
                programme=programme,
                name=f"Result area {ministry.number}",
                lead=ministry.organisation,
                home_forum=world.forums[f"working{ministry.number}"],
                conflict_forum=world.forums["burdens"],
                by=SYSTEM,
                at=world.clock.tick(),
            )
        )
        for organisation in (ministry.organisation, ministry.agency):
            world.do(
                programmes.add_reader, programme=programme, organisation=organisation, by=SYSTEM
            )
    _rules(world)


def _rules(world: World) -> None:
    """Rules as the scenario sets them: "progress.consecutive" = 2, "missing.severity" = "ask"."""
    wanted: dict[str, dict[str, object]] = {}
    for name, value in sorted(world.scenario.rules.items()):
        kind, _dot, setting = name.partition(".")
        wanted.setdefault(kind, {})[setting] = value
    for kind, settings in wanted.items():
        rule = Rule.objects.get(programme=world.programme, kpi=None, kind=kind)
        version = rule.versions.get()
        rules.change(
            rule=rule,
            severity=str(settings.pop("severity", version.severity)),
            parameters={**version.parameters, **settings},
            applies_from=world.day,
            reason="As the scenario has it",
            by=SYSTEM,
            at=world.clock.tick(),
        )
