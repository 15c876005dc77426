"""The search for circular waits: what ten times the steps cost, alone and with the database."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

from benchmarks.figures.plans import LARGE, SMALL, a_plan, tenfold
from benchmarks.registry import figure

ORGANISATIONS = 40


def steps_and_requests(count: int) -> tuple[list[Any], list[Any]]:
    """Chains of steps with a ring in each hundred, and a request of every fifth step."""
    from labs.rules.waits import Request, Step

    keys = [uuid.UUID(int=number + 1) for number in range(count)]
    steps, requests = [], []
    for number, key in enumerate(keys):
        first = [keys[number - 1]] if number % 100 else []
        if number % 100 == 0 and number + 9 < count:
            first = [keys[number + 9]]
        steps.append(Step(key, number % ORGANISATIONS, tuple(first)))
        if number % 5 == 0:
            asked = ORGANISATIONS + number
            requests.append(Request(uuid.UUID(int=count + number + 1), key, asked))
    return steps, requests


def search(both: tuple[list[Any], list[Any]]) -> object:
    from labs.rules import waits

    return waits.circles(waits.graph(*both))


@figure("circular waits in memory: 5,000 steps / 500", target=12.0, unit="x")
def in_memory() -> Iterator[float | None]:
    """How much longer the search takes among ten times the steps."""
    yield tenfold(steps_and_requests, search)


@figure("circular waits with the database: 5,000 / 500", target=12.0, unit="x", runs=3)
def with_database() -> Iterator[float | None]:
    """How much longer it takes to read ten times the steps and look for circles among them."""
    from labs.selectors import waits

    few, many = a_plan(SMALL, "few-waits"), a_plan(LARGE, "many-waits")

    def seconds(plan: Any) -> float:
        began = time.perf_counter()
        for _ in range(3):
            search_in(plan, waits)
        return time.perf_counter() - began

    seconds(few)
    yield seconds(many) / seconds(few)


def search_in(plan: Any, selectors: Any) -> object:
    from labs.rules import waits

    return waits.circles(selectors.network(plan=plan).graph())
