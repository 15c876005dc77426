"""What a forum did with its items, without the zeros."""

from __future__ import annotations

from types import SimpleNamespace

from reviews.rules.forum_health import Items
from reviews.selectors import forum_words


def health(items: Items, own: int = 0, written: int = 0) -> SimpleNamespace:
    return SimpleNamespace(facts=SimpleNamespace(items=items, own=own, written=written))


def test_what_there_was_none_of_is_left_out() -> None:
    assert forum_words.items(health(Items())) == "None yet"
    assert forum_words.items(health(Items(carried=3))) == "none of 3 decided, 3 carried over"
    many = Items(decided=2, done=1, noted=4)
    assert forum_words.items(health(many)) == "2 of 7 decided, 4 noted, 1 no longer waiting"


def test_decisions_between_meetings_are_told_where_there_are_any() -> None:
    assert forum_words.own_decisions(health(Items(), own=2)) == "2"
    assert forum_words.own_decisions(health(Items(), own=2, written=1)) == (
        "2, of these 1 between meetings by written procedure"
    )
