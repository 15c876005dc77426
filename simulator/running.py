"""The days of a simulation, one after the other."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import translation

from ledger import entropy, wallclock
from reviews.selectors.facts import Broken
from simulator import (
    deciding,
    disputing,
    figures,
    founding,
    opening,
    planning,
    reporting,
    reviewing,
    staffing,
    sweeps,
)
from simulator.checks import Checks
from simulator.rules.chance import Chance
from simulator.rules.scenario import Scenario
from simulator.world import Clock, World

UTC = datetime.UTC
DAY = datetime.timedelta(days=1)
MORNING, NOON, AFTERNOON, EVENING, NIGHT = 1, 4, 6, 10, 13  # hours, UTC

After = Callable[[World], None]
Tell = Callable[[datetime.date, Broken], None]


def run(
    *,
    scenario: Scenario,
    months: int,
    seed: str,
    after_day: After | None = None,
    tell: Tell | None = None,
) -> tuple[dict[str, Any], Checks]:
    """Live through ``months`` in the scratch database; the figures, and what the checks found.

    ``after_day`` is called once each day before the checks: a test breaks something with it.
    ``tell`` hears of each fact that does not hold, on the day.
    """
    start = scenario.first_day
    clock = Clock(_hour(start, MORNING))
    world = World(scenario=scenario, chance=Chance(seed), clock=clock)
    checks = Checks(tell=tell)
    with (
        wallclock.at(clock.now),
        entropy.seeded(f"simulation {seed}"),
        translation.override("en"),
    ):
        founding.found(world)
        planning.plan_all(world)
        end = _months_later(start, months)
        day, number = start, 0
        while day < end:
            if world.is_working_day(day):
                clock.set(_hour(day, MORNING))
                number += 1
                _live(world, number)
                if after_day is not None:
                    after_day(world)
                checks.after_day(clock.now(), thorough=(day + DAY).day == 1)
            day += DAY
        checks.after_day(clock.now(), thorough=True)
        checks.at_the_end()
        found = figures.of(world, months)
    return {"months": months, "seed": seed, **found, "facts": checks.result()}, checks


def _live(world: World, number: int) -> None:
    """One working day."""
    day, clock = world.day, world.clock
    staffing.move_people(world)
    reporting.report_values(world)
    reporting.check_values(world)
    reporting.report_steps(world)
    clock.set(_hour(day, NOON))
    sweeps.hurry(clock.tick())
    clock.set(_hour(day, AFTERNOON))
    reviewing.go_on_with_reviews(world)
    opening.open_disputes(world)
    disputing.go_on_with_disputes(world)
    planning.put_again(world)
    deciding.vote_on_all(world)
    deciding.hold_meetings(world)
    deciding.act(world)
    deciding.learn(world)
    clock.set(_hour(day, EVENING))
    sweeps.sweep(clock.tick(), number)
    clock.set(_hour(day, NIGHT))
    sweeps.seal(clock.tick())


def _hour(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=UTC)


def _months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last of that month."""
    whole = day.year * 12 + day.month - 1 + months
    for last in range(day.day, 0, -1):
        try:
            return datetime.date(whole // 12, whole % 12 + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")
