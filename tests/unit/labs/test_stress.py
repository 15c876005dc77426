"""The figures of a stress test: critical path, people, money, limits, scenarios."""

from __future__ import annotations

import datetime
import json
import uuid
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from labs.rules import scenarios, stress, surroundings
from labs.rules.critical_path import Task, schedule
from labs.rules.plans import (
    AnswerContent,
    BudgetLineContent,
    InitiativeContent,
    MilestoneContent,
    PlanContent,
)

KEYS = [uuid.UUID(int=number) for number in range(1, 100)]
GOAL, ROADS, PORTS, SCHOOLS = KEYS[90], KEYS[91], KEYS[92], KEYS[93]
NEW_YEAR = datetime.date(2019, 1, 1)


def on(number: int) -> datetime.date:
    return NEW_YEAR + datetime.timedelta(number)


def task(number: int, start: int, end: int, *first: int, done: bool = False) -> Task:
    return Task(KEYS[number], on(start), on(end), tuple(KEYS[n] for n in first), done)


def test_the_path_that_decides_the_end_and_the_room_beside_it():
    found = schedule([task(0, 0, 9), task(1, 10, 29, 0), task(2, 10, 14, 0), task(3, 30, 39, 1, 2)])
    assert found.ends == on(39)
    assert found.path == (KEYS[0], KEYS[1], KEYS[3])
    assert {key: each.slack for key, each in found.steps.items()} == {
        KEYS[0]: 0,
        KEYS[1]: 0,
        KEYS[2]: 15,
        KEYS[3]: 0,
    }


def test_what_comes_first_pushes_what_waits():
    found = schedule([task(0, 0, 30), task(1, 10, 19, 0)])
    assert found.steps[KEYS[1]].begins == on(31)
    assert found.steps[KEYS[1]].pushed == 21
    done = schedule([task(0, 0, 30), task(1, 10, 19, 0, done=True)])
    assert done.steps[KEYS[1]].pushed == 0


def test_circles_and_steps_without_days_have_no_place():
    found = schedule([task(0, 0, 5, 1), task(1, 0, 5, 0), Task(KEYS[2], None, None), task(3, 1, 2)])
    assert set(found.circular) == {KEYS[0], KEYS[1]}
    assert found.undated == (KEYS[2],)
    assert found.path == (KEYS[3],)


TASKS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 40), st.sets(st.integers(0, 11), max_size=3)),
    min_size=1,
    max_size=12,
).map(
    lambda rows: [
        task(n, start, start + length, *(m for m in first if m < n))
        for n, (start, length, first) in enumerate(rows)
    ]
)


@given(TASKS)
def test_no_step_begins_before_what_comes_first_has_ended(tasks):
    found = schedule(tasks)
    for each in tasks:
        for first in each.waits_for:
            assert found.steps[each.key].begins > found.steps[first].ends
        assert found.steps[each.key].slack >= 0
        assert found.steps[each.key].ends <= found.ends
    assert all(found.steps[key].slack == 0 for key in found.path)


@given(TASKS, st.integers(0, 11), st.integers(1, 30))
def test_a_step_may_take_its_slack_and_no_more(tasks, which, more):
    chosen = tasks[which % len(tasks)]
    before = schedule(tasks)
    days = datetime.timedelta(before.steps[chosen.key].slack)

    def with_more(extra: datetime.timedelta):
        return schedule(
            [
                each
                if each is not chosen
                else Task(each.key, each.starts_on, each.finishes_on + extra, each.waits_for)
                for each in tasks
            ]
        ).ends

    assert with_more(days) == before.ends
    assert with_more(days + datetime.timedelta(more)) > before.ends


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=15))
def test_most_at_once_is_what_counting_every_day_gives(spans):
    days = [(on(start), on(start + length)) for start, length in spans]
    most, first = stress.at_once(days)
    counted = [sum(start <= on(n) <= end for start, end in days) for n in range(62)]
    assert most == max(counted)
    assert first is None or counted[(first - NEW_YEAR).days] == most


def plan() -> PlanContent:
    """Roads wait for ports; schools stand alone and could be dropped."""
    initiatives = [
        InitiativeContent(ROADS, GOAL, "Roads", expires_on=on(200)),
        InitiativeContent(PORTS, GOAL, "Ports", lead_id=7),
        InitiativeContent(SCHOOLS, GOAL, "Schools", budget=Decimal(5)),
    ]
    steps = [
        MilestoneContent(KEYS[0], PORTS, "Dredge", 7, on(0), on(49)),
        MilestoneContent(KEYS[1], ROADS, "Pave", 7, on(40), on(99), (KEYS[0],)),
        MilestoneContent(KEYS[2], SCHOOLS, "Build", None, on(0), on(20)),
    ]
    lines = [
        BudgetLineContent(KEYS[20], PORTS, "Dredgers", "USD", 2019, Decimal(60)),
        BudgetLineContent(KEYS[21], ROADS, "Asphalt", "USD", 2019, Decimal(30)),
    ]
    answers = [AnswerContent(KEYS[30], ROADS, "capability", "no", "No engineers")]
    return PlanContent(
        initiatives={each.key: each for each in initiatives},
        milestones={each.key: each for each in steps},
        budget_lines={each.key: each for each in lines},
        answers={each.key: each for each in answers},
    )


AROUND = surroundings.Around(
    currency="USD",
    ceilings={("USD", 2019): Decimal(100)},
    elsewhere={("USD", 2019): Decimal(25)},
    programme_ends=on(400),
    lab_ends=on(39),
    windows=(surroundings.Window("Trade preference", on(100), frozenset({KEYS[1]})),),
    owners={7: "Director"},
)


def test_the_figures_of_a_plan():
    found = stress.figures(plan(), AROUND)
    assert found["money"]["years"] == [
        {
            "currency": "USD",
            "year": 2019,
            "planned": "90",
            "elsewhere": "25",
            "ceiling": "100",
            "over": "15",
        }
    ]
    assert [row["title"] for row in found["money"]["unspread"]] == ["Schools"]
    assert found["people"]["owners"] == [
        {"owner": "Director", "steps": 2, "at_once": 2, "on": on(40).isoformat()}
    ]
    assert found["people"]["missing"] == ["Build"]
    assert [row["title"] for row in found["time"]["path"]] == ["Dredge", "Pave"]
    assert found["time"]["pushed"] == [{"key": str(KEYS[1]), "title": "Pave", "days": 10}]
    assert found["time"]["before_lab_end_count"] == 2
    (late,) = found["time"]["late"]
    assert (late["title"], late["what"], late["of"]) == ("Pave", "window", "Trade preference")
    assert found["capability"]["no"] == [{"title": "Roads", "reason": "No engineers"}]
    assert found["capability"]["unanswered_count"] == 2
    assert found["political"]["windows"][0]["late"] == 1
    assert json.loads(json.dumps(found)) == found


def test_a_fifth_less_money():
    schools = BudgetLineContent(KEYS[22], SCHOOLS, "Bricks", "USD", 2019, Decimal(10))
    given_plan = plan()
    given_plan.budget_lines[schools.key] = schools  # type: ignore[index]
    found = scenarios.scenarios(given_plan, AROUND)["less_money"]
    assert [(row["title"], row["short"]) for row in found["short"]] == [
        ("Asphalt", "10"),
        ("Bricks", "10"),
    ]
    assert found["droppable"] == ["Schools"]
    assert found["years"] == [
        {"currency": "USD", "year": 2019, "short": "20", "freed": "10", "enough": False}
    ]


def test_half_a_year_late():
    found = scenarios.scenarios(plan(), AROUND)["late"]
    assert found["before_count"] == 1
    assert found["end"] == "2019-10-20"
    early = scenarios.scenarios(plan(), surroundings.Around(programme_ends=on(150)))["late"]
    assert (early["before_count"], early["late_count"]) == (0, 3)
    assert {row["what"] for row in early["late"]} == {"programme"}
    assert early["droppable"] == ["Roads", "Schools"]


def test_months_later_keeps_to_the_month():
    assert scenarios.months_later(datetime.date(2019, 8, 31)) == datetime.date(2020, 2, 29)
    assert scenarios.months_later(datetime.date(2018, 12, 5)) == datetime.date(2019, 6, 5)
    assert scenarios.months_later(None) is None
