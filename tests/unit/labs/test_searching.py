"""Words as the search in lessons keeps them, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.rules import searching


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Educación", "educacion"),
        ("EDUCAÇÃO", "educacao"),
        ("Straße", "strasse"),
        ("ﬁnance", "finance"),
        ("İstanbul", "istanbul"),
        ("Ａ１", "a1"),
    ],
)
def test_accents_and_case_are_folded(text, folded):
    assert searching.fold(text) == folded


@given(st.text(max_size=60))
def test_folding_again_changes_nothing(text):
    once = searching.fold(text)
    assert searching.fold(once) == once


@given(st.text(max_size=200))
def test_terms_fit_their_column_and_hold_letters_and_digits_only(text):
    for term, weight in searching.terms(title=text, tags=[text], text=text).items():
        assert 2 <= len(term) <= searching.LONGEST
        assert weight == searching.TITLE


@given(st.text(min_size=1, max_size=200))
def test_every_word_of_a_text_finds_the_text(text):
    kept = searching.terms(title="", tags=[], text=text)
    for word, finds in searching.asked(text).items():
        assert kept.keys() & set(finds), word


@given(st.lists(st.from_regex(r"[a-zñáéíóú]{2,12}", fullmatch=True), min_size=1, max_size=5))
def test_a_query_without_accents_finds_words_with_them(words):
    kept = searching.terms(title=" ".join(words), tags=[], text="")
    for word in words:
        finds = searching.asked(searching.fold(word)).values()
        assert any(kept.keys() & set(each) for each in finds)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("teachers", "teacher"),  # English
        ("coordination", "coordinated"),
        ("educaciones", "educación"),  # Spanish
        ("educações", "educação"),  # Portuguese
        ("pendidikan", "didik"),  # Malay, Indonesian
    ],
)
def test_endings_do_not_matter_in_any_language(written, asked):
    kept = searching.terms(title="", tags=[], text=written)
    (finds,) = searching.asked(asked).values()
    assert kept.keys() & set(finds)


def test_the_weight_is_that_of_the_best_place():
    found = searching.terms(title="Grants", tags=["grants and loans"], text="Loans, grants, rent")
    assert (found["grants"], found["loans"], found["rent"]) == (3, 2, 1)


@pytest.mark.parametrize("nasty", ["", "%", "'\"", "🙂🙃", "a", "\x00", "_ - _"])
def test_signs_and_single_letters_ask_for_nothing(nasty):
    assert searching.asked(nasty) == {}


def test_a_very_long_query_is_cut_short():
    assert len(searching.asked("word " * 10_000)) == 1
    assert len(searching.asked(" ".join(f"w{number:03d}" for number in range(500)))) == 12
    (word,) = searching.asked("x" * 10_000)
    assert len(word) == searching.LONGEST
