"""Scenarios are read, or everything that is wrong with them is said at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from simulator.rules import scenario
from simulator.rules.scenario import Scenario, Unreadable

EXAMPLES = sorted((Path(scenario.__file__).parents[1] / "scenarios").glob("*.toml"))


def problems(given: dict) -> list[str]:
    with pytest.raises(Unreadable) as caught:
        scenario.read(given)
    return caught.value.problems


def test_nothing_said_is_the_default():
    assert scenario.read({}) == Scenario()


def test_what_is_said_holds_and_the_rest_stays():
    read = scenario.read(
        {"government": {"ministries": 7}, "disputes": {"settlement": [0, 0.1, 0.2, 1]}}
    )
    assert (read.ministries, read.settlement) == (7, (0, 0.1, 0.2, 1))
    assert read.kpis == Scenario().kpis


def test_settings_of_rules_are_written_either_way():
    nested = scenario.read({"rules": {"progress": {"consecutive": 2}}})
    flat = scenario.read({"rules": {"progress.consecutive": 2}})
    assert nested.rules == flat.rules == {"progress.consecutive": 2}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"goverment": {}}, "[goverment]: there is no such table."),
        ({"government": 3}, "[government]: this is a table of settings"),
        ({"government": {"ministers": 3}}, "government.ministers: there is no such setting."),
        ({"government": {"ministries": 1}}, "ministries: give a whole number from 2 to 40."),
        ({"government": {"ministries": 2.5}}, "ministries: give a whole number from 2 to 40."),
        ({"government": {"ministries": True}}, "ministries: give a whole number from 2 to 40."),
        ({"government": {"country": 5}}, "government.country: write it in quotes."),
        ({"government": {"starts_on": "soon"}}, "government.starts_on: write a day"),
        ({"values": {"noise": 2}}, "values.noise: give a number from 0 to 1."),
        ({"values": {"noise": "much"}}, "values.noise: give a number from 0 to 1."),
        (
            {"disputes": {"settlement": [0.1, 0.2]}},
            "disputes.settlement: give 4 numbers from 0 to 1, one per tier, lowest first.",
        ),
        (
            {"forums": {"response_days": [1, 2, 3, 0]}},
            "forums.response_days: give 4 whole numbers from 1 to 250, one per tier",
        ),
    ],
)
def test_what_is_wrong_is_said(given, said):
    (problem,) = problems(given)
    assert said in problem


def test_all_that_is_wrong_is_said_at_once():
    wrong = {"values": {"noise": 2, "louder": 1}, "people": {"vacancy_days": 0}, "x": {}}
    assert len(problems(wrong)) == 4


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_examples_can_be_read(file):
    read = scenario.read(tomllib.loads(file.read_text(encoding="utf-8")))
    assert read != Scenario()


def test_what_is_shown_reads_back():
    quarrelsome = scenario.read({"rules": {"progress.consecutive": 2}, "plans": {"kpis": 3}})
    assert scenario.read(scenario.as_tables(quarrelsome)) == quarrelsome
    assert scenario.as_tables(Scenario())["government"]["ministries"] == 4
