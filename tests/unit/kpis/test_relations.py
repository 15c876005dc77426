"""A headline and its quality, a total and its parts."""

from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.rules.pairs import conflict
from kpis.rules.parts import Change, disagree, expected_total, worsens

D = Decimal


@pytest.mark.parametrize(
    ("headline", "quality", "found"),
    [
        ("on_track", "off_track", True),
        ("on_track", "at_risk", False),
        ("at_risk", "off_track", False),
        ("on_track", "missing", False),
    ],
)
def test_a_pair_conflicts_when_more_is_reached_but_worse(headline, quality, found):
    assert conflict(headline, quality) is found


def change(before, after):
    return Change(D(before), D(after))


@pytest.mark.parametrize(
    ("direction", "total", "north", "found"),
    [
        ("increase", ("70", "72"), ("60", "59.9"), ["north"]),
        ("increase", ("70", "72"), ("60", "60"), []),
        ("increase", ("70", "70"), ("60", "50"), []),
        ("increase", ("70", "69"), ("60", "50"), []),
        ("decrease", ("70", "69"), ("60", "61"), ["north"]),
        ("decrease", ("70", "72"), ("60", "61"), []),
        ("context", ("70", "72"), ("60", "50"), []),
        ("hold", ("70", "60"), ("50", "40"), ["north"]),
        ("hold", ("70", "60"), ("65", "60"), []),
    ],
)
def test_a_part_that_worsens_behind_a_better_total_is_named(direction, total, north, found):
    parts = {"north": change(*north), "south": change("1", "1")}
    assert worsens(direction, change(*total), parts, (D(45), D(55))) == found


def test_a_range_that_is_not_known_has_no_better_side():
    assert worsens("hold", change("70", "60"), {"north": change("50", "40")}) == []


@pytest.mark.parametrize(
    ("how", "total", "parts", "apart"),
    [
        ("sum", "200", ["100", "99"], None),
        ("sum", "200", ["100", "98.9"], Fraction(11, 10)),
        ("sum", "0", ["0.1"], Fraction(1, 10)),
        ("average", "50", ["40", "60"], None),
        ("average", "50", ["40", "40"], 10),
        ("hundred", "7", ["60", "40"], None),
        ("hundred", "100", ["60", "39.5"], None),
        ("hundred", "100", ["60", "39.4"], Fraction(3, 5)),
    ],
)
def test_parts_that_do_not_make_the_total_are_found_beyond_the_tolerance(how, total, parts, apart):
    got = disagree(how, D(total), [D(p) for p in parts], D("0.5"))
    assert (got and got.difference) == apart


def test_the_difference_is_told_as_a_share_of_the_total():
    got = disagree("sum", D(200), [D(100), D(90)], D("0.5"))
    assert (got.total, got.parts_total, got.share) == (200, 190, 5)
    assert disagree("sum", D(0), [D(1)], D(5)).share is None


def test_ratios_are_added_up_above_and_below_the_line_never_averaged():
    parts = [(D(1), D(10)), (D(90), D(90))]
    assert expected_total("ratio_of_sums", parts, D(100)) == 91
    assert disagree("ratio_of_sums", D(91), parts, D("0.5"), D(100)) is None
    assert disagree("ratio_of_sums", D(55), parts, D("0.5"), D(100)).difference == 36


@pytest.mark.parametrize("parts", [[], [(D(1), D(0))], [D(5)]])
def test_nothing_can_be_said_without_parts_that_add_up(parts):
    assert expected_total("ratio_of_sums", parts) is None
    assert disagree("ratio_of_sums", D(5), parts, D(1)) is None
