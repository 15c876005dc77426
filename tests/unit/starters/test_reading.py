"""A template's file: what it may hold, and what is said about a mistake."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from starters.rules.reading import TemplateError, read
from starters.rules.values import START, Text, When, read_when
from starters.selectors import templates

SMALL = """
code = "roads"
title = { en = "Roads", es = "Caminos" }
purpose = "For roads."
watch = "Potholes."
[[sources]]
title = "Report"
figures = "Ten potholes"
[programme]
name = "Roads"
lead = "works"
months = 12
[[organisations]]
key = "works"
name = "Ministry of Works"
[[posts]]
key = "chief"
organisation = "works"
title = "Chief"
[[posts]]
key = "counter"
organisation = "works"
title = "Counter"
[[forums]]
key = "board"
name = "Board, {programme}"
chair = "chief"
[[areas]]
key = "roads"
name = "Roads"
lead = "works"
home = "board"
[[labs]]
key = "lab"
area = "roads"
title = "Roads lab"
question = "How?"
starts = "start"
ends = "week 6"
steering = "board"
[[labs.goals]]
key = "smooth"
title = "Smooth roads"
[[labs.goals.kpis]]
key = "potholes"
name = "Potholes"
unit = "holes"
direction = "decrease"
owner = "chief"
verifier = "counter"
targets = [{ period = 1, value = 2.5 }]
[[labs.goals.initiatives]]
key = "mend"
title = "Mend them"
lead = "chief"
starts = "month 1"
finishes = "month 6"
steps = [{ key = "first", title = "First", owner = "chief", starts = "month 1", finishes = "month 2" }]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(TemplateError) as error:
        read(text, "roads.toml")
    return [str(each) for each in error.value.problems]


def test_a_file_is_read() -> None:
    found = read(SMALL, "roads.toml")
    goal = found.labs[0].goals[0]
    assert found.title == Text("Roads", {"es": "Caminos"})
    assert goal.kpis[0].targets[0].value == Decimal("2.5")
    assert goal.initiatives[0].steps[0].finishes == When(2, "month")
    assert found.labs[0].starts == START
    assert found.settings.lab_weeks_min is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('steering = "board"', 'stearing = "board"', "labs 1 “lab”: There is no “stearing” here. Did you mean “steering”?"),
        ('unit = "holes"\n', "", "labs 1 “lab” › goals 1 “smooth” › kpis 1 “potholes”: Add “unit”"),
        ('ends = "week 6"', 'ends = "6 weeks"', "ends: “6 weeks” is no day. Write \"start\""),
        ('direction = "decrease"', 'direction = "down"', "direction: “down” is not one of “increase”, “decrease”"),
        ("months = 12", 'months = "12"', "programme: months: “12” is no whole number."),
        ('purpose = "For roads."', 'purpose = { fr = "Routes" }', "purpose: “fr” is none of the languages"),
        ('purpose = "For roads."', 'purpose = { es = "Caminos" }', "purpose: Write it in English (en) at least."),
        ('chair = "chief"', 'chair = "boss"', "forums “board”: chair: “boss” is no key in posts. There is: chief, counter."),
        ('verifier = "counter"', 'verifier = "chief"', "nobody verifies their own values"),
        ('key = "counter"', 'key = "chief"', "posts: The key “chief” is used 2 times."),
        ("[[areas]]", "[areas]", "areas: Write a list of sections: [[areas]]."),
        ('code = "roads"', "code = roads", "This is not TOML"),
        ('owner = "chief", starts', 'after = ["second"], owner = "chief", starts', "steps “first”: after: “second” is no key in the steps of lab"),
        ("period = 1", "period = 0", "targets: the first period is 1."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_what_to_do(old: str, new: str, said: str) -> None:
    assert old in SMALL
    found = problems(SMALL.replace(old, new, 1))
    assert any(each.startswith("roads.toml") and said in each for each in found), found


def test_every_mistake_is_told_at_once() -> None:
    broken = SMALL.replace('unit = "holes"\n', "").replace('ends = "week 6"', 'ends = "soon"')
    assert len(problems(broken)) == 2


def test_a_goal_without_a_kpi_is_refused() -> None:
    start = SMALL.index("[[labs.goals.kpis]]")
    end = SMALL.index("[[labs.goals.initiatives]]")
    assert "goals “smooth”: Add a KPI" in problems(SMALL[:start] + SMALL[end:])[0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("start", "2019-01-31"),
        ("day 3", "2019-02-03"),
        ("week 2", "2019-02-14"),
        ("month 1", "2019-02-28"),
        ("month -2", "2018-11-30"),
        ("year 1", "2020-01-31"),
    ],
)
def test_days_are_counted_from_the_start(text: str, day: str) -> None:
    assert read_when(text).on(datetime.date(2019, 1, 31)) == datetime.date.fromisoformat(day)


def test_a_text_falls_back_to_english() -> None:
    text = Text("Goal", {"es": "Meta"})
    assert [text.said(each) for each in ("es-mx", "ms", "en")] == ["Meta", "Goal", "Goal"]


def test_the_templates_are_ten_each_with_a_source() -> None:
    found = templates()
    assert [each.position for each in found] == list(range(1, 11))
    assert all(each.sources and each.sources[0].figures for each in found)
    assert all(each.purpose.said() and each.watch.said() for each in found)


@pytest.mark.parametrize("template", templates(), ids=lambda each: each.code)
def test_what_is_invented_says_so(template) -> None:
    """Bodies that do not exist are called illustrative; offices of state are real kinds."""
    real = ("Ministry", "Cabinet", "Presidency", "Delivery unit")
    for organisation in template.organisations:
        name = organisation.name.said()
        assert "(illustrative)" in name or name.startswith(real), name
