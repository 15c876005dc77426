"""Two versions of a text side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labs.rules.beside import LONGEST, Piece, beside


def test_what_went_and_what_came_is_marked() -> None:
    before, after = beside("Crime is too high here.", "Crime is very high here.")
    assert before == [Piece("Crime is "), Piece("too ", changed=True), Piece("high here.")]
    assert after == [Piece("Crime is "), Piece("very ", changed=True), Piece("high here.")]


def test_a_word_that_something_follows_is_the_same_word() -> None:
    before, after = beside("One language", "One language and pay")
    assert before == [Piece("One language")]
    assert after == [Piece("One language "), Piece("and pay", changed=True)]


def test_a_text_that_was_not_there_is_all_new() -> None:
    assert beside("", "Dark streets") == ([], [Piece("Dark streets", changed=True)])


@given(st.text(), st.text())
def test_the_pieces_are_the_texts_again(before: str, after: str) -> None:
    left, right = beside(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after


def test_very_long_texts_stand_unmarked() -> None:
    long = "word " * (LONGEST + 1)
    assert beside(long, "word") == ([Piece(long)], [Piece("word")])
