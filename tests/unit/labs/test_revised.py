"""The share of initial plans revised, counted without a database."""

from __future__ import annotations

from labs.rules.revised import History, Share, shares


def test_each_year_has_its_share_and_the_last_line_is_all_of_them() -> None:
    plans = [
        History(2010),
        History(2010, goal=True, execution=True),
        History(2009, execution=True),
        History(2010, execution=True),
    ]
    assert shares(plans) == [
        Share(2009, plans=1, revised=1, goal=0, execution=1),
        Share(2010, plans=3, revised=2, goal=1, execution=2),
        Share(None, plans=4, revised=3, goal=1, execution=3),
    ]


def test_seven_of_ten_is_seventy_per_cent_and_halves_go_up() -> None:
    assert Share(None, 10, 7, 0, 7).revised_per_cent == 70
    assert Share(None, 8, 1, 0, 1).revised_per_cent == 13


def test_no_plan_is_no_share() -> None:
    assert shares([]) == [Share(None, 0, 0, 0, 0)]
    assert shares([])[0].revised_per_cent == 0
