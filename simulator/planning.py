"""Labs, their KPIs and plans: written, tested and put to their steering committees."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from kpis.models import Kpi, Series, Target
from kpis.services import kpis, series
from labs.models import Plan, ResultArea, Revision
from labs.services import intakes, labs, problem_statements, revisions, seats, stress_tests
from ledger.rules.actors import Actor
from reviews.services import approvals
from simulator.world import SYSTEM, Ministry, World

BASE = Decimal(100)
RISES = Decimal("1.20")  # what is asked each year, as a share of the year before
FALLS = Decimal("0.85")
YEARS = 4


def plan_all(world: World) -> None:
    """Labs in each result area, in turn; each goal of their plans has one KPI."""
    places = len(world.ministries) * world.scenario.per_ministry
    shares = [0] * places
    for number in range(world.scenario.kpis):
        shares[number % places] += 1
    first = 1
    for place, many in enumerate(shares):
        area = place % len(world.ministries)
        if many:
            numbers = range(first, first + many)
            sound = world.chance.happens(world.scenario.sound, "sound", place)
            world.sound |= {f"kpi-{number}": sound for number in numbers}
            _plan(world, world.ministries[area], world.areas[area], place + 1, numbers)
        first += many


def put_again(world: World) -> None:
    """A first plan that its committee did not carry, or that was taken back, is put anew."""
    unit = world.unit()
    for plan in Plan.objects.filter(in_force=None).order_by("pk"):
        draft = plan.revisions.order_by("pk").last()
        if draft is not None and draft.state == Revision.State.REJECTED:
            draft = revisions.start(plan=plan, title="The plan, once more", reason="",
                                    copy_of=draft, by=unit, at=world.clock.tick())  # fmt: skip
            _test(world, draft)
        if draft is not None and draft.state == Revision.State.DRAFT:
            world.do(approvals.submit, revision=draft, by=unit)


def _plan(
    world: World, ministry: Ministry, area: ResultArea, place: int, numbers: Iterable[int]
) -> None:
    at, unit = world.clock.tick, world.unit()
    steering = area.home_forum.parent
    assert steering is not None, "a working committee has one above it"
    intake = intakes.record(
        area=area, title=f"Lab {place}", question="How is it done together?",
        shared_problem=True, shared_problem_why="Nobody can do it alone",
        uncertainty=True, uncertainty_why="Nobody knows what works",
        outcome="suited", method="lab", reason="They need one another", by=unit, at=at(),
    )  # fmt: skip
    lab = labs.open(
        area=area, title=f"Lab {place}", question="How is it done together?",
        starts_on=world.day, ends_on=world.day + datetime.timedelta(weeks=8),
        steering=steering, intake=intake, by=unit, at=at(),
    )  # fmt: skip
    for organisation, post in (
        (ministry.organisation, ministry.director),
        (ministry.agency, ministry.agency_head),
    ):
        seats.add(lab=lab, organisation=organisation, post=post,
                  mandate="May commit its budget", by=unit, at=at())  # fmt: skip
    problem_statements.write(lab=lab, text="Too little, too late.", by=unit, at=at())
    draft = Revision.objects.get(plan__lab=lab)
    for number in numbers:
        _goal(world, ministry, area, draft, number)
    _test(world, draft)
    world.do(approvals.submit, revision=draft, by=unit)


def _test(world: World, draft: Revision) -> None:
    stress_tests.record(
        revision=draft, money="holds", people="holds", time="holds", capability="holds",
        verdict="holds", conclusion="It can be done", by=SYSTEM, at=world.clock.tick(),
    )  # fmt: skip


def _goal(world: World, ministry: Ministry, area: ResultArea, draft: Revision, number: int) -> None:
    """A goal with its means, steps and KPI."""
    goal = _part(world, draft, "goal", title=f"Goal {number}")
    initiative = _part(
        world, draft, "initiative", goal_key=str(goal), title=f"Initiative {number}",
        lead=str(ministry.director.pk), starts_on=str(world.day), budget="1000000",
        finishes_on=str(world.day + datetime.timedelta(days=365 * 2)),
    )  # fmt: skip
    for step in range(1, world.scenario.milestones + 1):
        start = world.day + datetime.timedelta(days=60 * step)
        _part(
            world, draft, "milestone", initiative_key=str(initiative),
            title=f"Step {number}.{step}", owner=str(ministry.director.pk),
            starts_on=str(start), finishes_on=str(start + datetime.timedelta(days=90)),
        )  # fmt: skip
    rising = number % 3 != 0
    kpi = kpis.create(
        area=area, code=f"kpi-{number}", name=f"Indicator {number}", unit="points",
        direction="increase" if rising else "decrease",
        frequency="monthly" if number % 2 else "quarterly", goal_key=goal,
        owner=ministry.director, verifier=ministry.statistician, reporting_days=15,
        effective_from=world.day, reporting_from=_first_period(world.day),
        by=SYSTEM, at=world.clock.tick(),
    )  # fmt: skip
    _targets(world, draft, kpi, rising)


def _first_period(day: datetime.date) -> datetime.date:
    """The first day of the next month: so long plans take to come into force."""
    return datetime.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _targets(world: World, draft: Revision, kpi: Kpi, rising: bool) -> None:
    of = total(world, kpi)
    value, year = BASE, world.day.year
    path = {
        "method": "linear",
        "baseline": str(BASE),
        "baseline_on": f"{year - 1}-12-31",
    }
    revisions.set_path(revision=draft, series_key=of.key, before=None, after=path,
                       by=SYSTEM, at=world.clock.tick())  # fmt: skip
    for number in range(YEARS):
        value = (value * (RISES if rising else FALLS)).quantize(Decimal("0.01"))
        revisions.set_target(
            revision=draft, series_key=of.key, period=last_period(kpi, year + number),
            before=None, after={"value": str(value), "high": None, "baseline": str(BASE)},
            by=SYSTEM, at=world.clock.tick(),
        )  # fmt: skip


def last_period(kpi: Kpi, year: int) -> str:
    """The last month or quarter of a year."""
    month = 12 if kpi.definitions.get().frequency == "monthly" else 10
    return f"{year}-{month:02}-01/{year}-12-31"


def total(world: World, kpi: Kpi) -> Series:
    """The series of the whole."""
    return series.ensure(definition=kpi.definitions.get(), at=world.clock.now())


def _part(world: World, draft: Revision, part: str, **fields: str) -> UUID:
    return revisions.edit(
        revision=draft, part=part, key=None, fields=fields, reason="Agreed in the lab",
        by=SYSTEM, at=world.clock.tick(),
    )  # fmt: skip


def ask_less(world: World, plan: Plan, kpi: Kpi, by: Actor) -> Revision:
    """A draft in which the targets to come are half as far from where it began."""
    draft = revisions.start(plan=plan, title=f"Ask less of {kpi.code}",
                            reason="It cannot be reached", by=by, at=world.clock.tick())  # fmt: skip
    of = total(world, kpi)
    ahead = Target.objects.filter(series=of, until_change=None, period_end__gt=world.day)
    for target in ahead.order_by("period_end", "pk"):
        less = (BASE + (target.value - BASE) / 2).quantize(Decimal("0.01"))
        before = {"value": f"{target.value.normalize():f}", "high": None, "baseline": str(BASE)}
        revisions.set_target(
            revision=draft, series_key=of.key,
            period=f"{target.period_start}/{target.period_end}", before=before,
            after={**before, "value": str(less)}, reason="It cannot be reached",
            by=by, at=world.clock.tick(),
        )  # fmt: skip
    return draft


def go_about_it_otherwise(world: World, plan: Plan, kpi: Kpi, by: Actor) -> Revision:
    """A draft with a further initiative for the goal of a KPI, and a step in it."""
    draft = revisions.start(plan=plan, title=f"Another way for {kpi.code}",
                            reason="The means did not work", by=by, at=world.clock.tick())  # fmt: skip
    end = world.day + datetime.timedelta(days=180)
    owner = str(kpi.owner_id)
    initiative = _written(world, draft, by, "initiative", goal_key=str(kpi.goal_key),
                          title=f"Another way, {world.day}", lead=owner,
                          starts_on=str(world.day), finishes_on=str(end))  # fmt: skip
    _written(world, draft, by, "milestone", initiative_key=str(initiative),
             title=f"First step, {world.day}", owner=owner, starts_on=str(world.day),
             finishes_on=str(world.day + datetime.timedelta(days=60)))  # fmt: skip
    return draft


def _written(world: World, draft: Revision, by: Actor, part: str, **fields: str) -> UUID:
    return revisions.edit(revision=draft, part=part, key=None, fields=fields,
                          reason="The means did not work", by=by, at=world.clock.tick())  # fmt: skip
