"""What a revision reaches, which limits that exceeds, and who answers for a part."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

import pytest

from labs.rules import limits
from labs.rules.limits import Limit
from labs.rules.revisions import Change, apply, diff

INITIATIVE, STEP, LINE, NEED = (uuid.UUID(int=n) for n in range(1, 5))
GOAL = uuid.UUID(int=9)
STEERING, COUNCIL = 1, 2
PLAN = {
    ("goal", GOAL): {"title": "Safe streets"},
    ("initiative", INITIATIVE): {
        "title": "Patrols",
        "goal_key": str(GOAL),
        "lead": "7",
        "budget": "100",
    },
    ("milestone", STEP): {
        "title": "Hire",
        "initiative_key": str(INITIATIVE),
        "owner": "8",
        "finishes_on": "2019-05-01",
    },
    ("budget_line", LINE): {
        "title": "Cars",
        "initiative_key": str(INITIATIVE),
        "currency": "MYR",
        "year": "2019",
        "planned": "200",
    },
    ("dependency", NEED): {"title": "Permits", "milestone_key": str(STEP), "provider": "3"},
}
NEW_STEP = {"title": "Train", "initiative_key": str(INITIATIVE), "owner": "8"}


def changed(part: str, key: uuid.UUID, **fields: str | None) -> list[Change]:
    """The changes that set these fields of a part of the plan."""
    after = {part_id: dict(held) for part_id, held in PLAN.items()}
    held = after.setdefault((part, key), {})
    for name, value in fields.items():
        held.pop(name, None) if value is None else held.update({name: value})
    return diff(PLAN, after)


def reached(changes: list[Change]) -> list[tuple[str, Decimal | None]]:
    found = limits.reaches(changes, PLAN, apply(PLAN, changes))
    return [(each.kind, each.amount) for each in found]


@pytest.mark.parametrize(
    ("planned", "per_cent"), [("240", 20), ("241", Decimal("20.5")), ("100", -50), ("0", -100)]
)
def test_money_is_measured_in_per_cent_of_the_line(planned: str, per_cent: object) -> None:
    assert reached(changed("budget_line", LINE, planned=planned)) == [("budget", per_cent)]


def test_a_line_that_comes_or_goes_counts_as_whole() -> None:
    new = {"title": "Fuel", "initiative_key": str(INITIATIVE), "planned": "1", "currency": "MYR"}
    assert reached(changed("budget_line", uuid.UUID(int=77), **new)) == [("budget", 100)]
    gone = diff(PLAN, {each: held for each, held in PLAN.items() if each[1] != LINE})
    assert reached(gone) == [("budget", -100)]


def test_a_line_in_another_currency_or_year_is_another_line() -> None:
    assert reached(changed("budget_line", LINE, currency="USD")) == [("budget", 100)]
    assert reached(changed("budget_line", LINE, year="2020", planned="201")) == [("budget", 100)]


def test_dates_are_measured_in_days_and_a_date_given_up_has_no_measure() -> None:
    assert reached(changed("milestone", STEP, finishes_on="2019-05-31")) == [("days", 30)]
    assert reached(changed("milestone", STEP, finishes_on="2019-04-30")) == [("days", -1)]
    assert reached(changed("milestone", STEP, finishes_on=None)) == [("days", None)]
    assert reached(changed("milestone", STEP, starts_on="2019-01-01")) == []


def test_a_part_taken_out_gives_its_days_up_so_that_it_does_not_come_back_with_another() -> None:
    moved = {part_id: fields for part_id, fields in PLAN.items() if part_id[1] != STEP}
    moved["milestone", uuid.UUID(int=99)] = {**PLAN["milestone", STEP], "finishes_on": "2021-05-01"}
    assert ("days", None) in reached(diff(PLAN, moved))


def test_small_steps_count_together_from_what_was_decided_last() -> None:
    recorded = apply(PLAN, changed("budget_line", LINE, planned="230"))
    more = [Change("budget_line", LINE, "planned", "230", "260")]
    (found,) = limits.reaches(more, PLAN, apply(recorded, more))
    assert found.amount == 30


def test_every_change_of_a_goal_reaches_its_limit() -> None:
    target = Change("target", uuid.UUID(int=5), "2019-01-01/2019-12-31", None, {"value": "1"})
    assert reached([*changed("goal", GOAL, title="Safer"), target]) == [
        ("goal", None),
        ("goal", None),
    ]


def test_the_highest_limit_that_is_exceeded_names_the_forum() -> None:
    given = [Limit("budget", Decimal(20), STEERING), Limit("budget", Decimal(50), COUNCIL)]
    known = limits.complete(given, STEERING)
    assert {limit.kind for limit in known} == {"budget", "days", "goal"}

    def decides(planned: str) -> list[int]:
        changes = changed("budget_line", LINE, planned=planned)
        over = limits.exceeded(limits.reaches(changes, PLAN, apply(PLAN, changes)), known)
        return [each.limit.decides for each in over]

    assert decides("240") == []
    assert decides("242") == [STEERING]
    assert decides("301") == [COUNCIL]
    assert decides("0") == [COUNCIL]


def test_defaults_are_twenty_per_cent_and_ninety_days() -> None:
    known = limits.complete([], STEERING)
    late = changed("milestone", STEP, finishes_on="2019-07-31")
    found = limits.reaches(late, PLAN, apply(PLAN, late))
    assert (found[0].amount, limits.exceeded(found, known)[0].limit.over) == (91, 90)
    gone = changed("milestone", STEP, finishes_on=None)
    assert limits.exceeded(limits.reaches(gone, PLAN, apply(PLAN, gone)), known)


def test_of_several_forums_the_highest_on_the_ladder_decides() -> None:
    assert limits.highest([STEERING, COUNCIL], [STEERING, COUNCIL, 3]) == COUNCIL
    assert limits.highest([], [STEERING, COUNCIL]) == STEERING
    assert limits.highest([99], [STEERING, COUNCIL]) == STEERING


def test_a_period_has_ended_on_the_day_after_its_last() -> None:
    change = Change("target", uuid.UUID(int=5), "2018-01-01/2018-12-31", None, {"value": "1"})
    path = Change("target", uuid.UUID(int=5), "path", None, {"method": "linear"})
    assert limits.of_ended_periods([change, path], datetime.date(2018, 12, 31)) == []
    assert limits.of_ended_periods([change, path], datetime.date(2019, 1, 1)) == [change]


def owns(posts: set[int], changes: list[Change]) -> bool:
    return limits.owns_all(posts, changes, PLAN, apply(PLAN, changes))


def test_who_leads_owns_what_hangs_below_and_a_step_belongs_to_its_owner_too() -> None:
    step = changed("milestone", STEP, title="Hire more")
    assert owns({8}, step)
    assert owns({7}, step)
    assert not owns({6}, step)
    assert not owns(set(), step)
    assert owns({8}, changed("dependency", NEED, title="All permits"))
    assert not owns({8}, changed("budget_line", LINE, planned="201"))
    assert not owns({8}, [*step, *changed("budget_line", LINE, planned="201")])


def test_nobody_takes_a_step_over_or_hands_it_on_by_recording_it() -> None:
    taken = changed("milestone", STEP, owner="6")
    assert not owns({6}, taken)
    assert not owns({8}, taken)
    assert owns({7}, taken)
    assert not owns({6}, changed("initiative", INITIATIVE, lead="6"))
    assert not owns({8}, changed("milestone", uuid.UUID(int=70), **NEW_STEP))
    assert owns({7}, changed("milestone", uuid.UUID(int=70), **NEW_STEP))
    new = {"title": "Mine", "goal_key": str(GOAL), "lead": "7"}
    assert not owns({7}, changed("initiative", uuid.UUID(int=71), **new))
