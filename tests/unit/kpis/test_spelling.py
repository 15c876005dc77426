"""How files write numbers and dates: as was said of them, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules.spelling import ERROR, FORMULA, NUMBER, STALE, Spelling, is_plain
from kpis.rules.values import NumberRefused, parse_decimal, to_text

COMMA = Spelling(decimal=",", thousands=".")
SHEET = Spelling(decimal=",", thousands=".", percent="as_shown", formulas="take", marked=True)


@given(st.from_regex(r"-?[0-9]{1,9}(\.[0-9]{1,10})?", fullmatch=True))
def test_quick_way_accepts_only_what_the_rule_writes_so(text: str) -> None:
    if is_plain(text):
        assert to_text(parse_decimal(text)) == text


@pytest.mark.parametrize(
    "text", ["-0", "-0.0", "00", "01", "1.0", "1.50", "+1", ".5", "5.", "1e3", "1,5", " 1", "١", ""]
)
def test_quick_way_leaves_everything_else_alone(text: str) -> None:
    assert not is_plain(text)


@pytest.mark.parametrize("text", ["0", "-1", "12.5", "-0.05", "1250000", "1234567.12345678"])
def test_quick_way_takes_plain_numbers(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    ("spelling", "text", "plain"),
    [
        (Spelling(), "+012.50", "12.5"),
        (COMMA, "1.250.000,50", "1250000.5"),
        (COMMA, "1250000,5", "1250000.5"),
        (Spelling(thousands=","), "-1,250", "-1250"),
        (Spelling(thousands=" "), "1\u202f250", "1250"),
        (Spelling(percent="as_share"), "12.5%", "0.125"),
        (SHEET, f"{NUMBER}1234.5", "1234.5"),
        (SHEET, f"{FORMULA}{NUMBER}1.234", "1.234"),
        (SHEET, f"{NUMBER}12.5%", "12.5"),
        (SHEET, "1.234", "1234"),
    ],
)
def test_numbers_as_said(spelling: Spelling, text: str, plain: str) -> None:
    assert spelling.number(text) == plain


@pytest.mark.parametrize(
    ("spelling", "text", "words"),
    [
        (Spelling(), "12,5", "decimal sign"),
        (Spelling(), "12.5%", "percent sign"),
        (COMMA, "12.5", "as you said"),
        (COMMA, "1.25", "as you said"),
        (COMMA, "1.2500", "as you said"),
        (COMMA, "1,2,3", "as you said"),
        (Spelling(), f"{NUMBER}5", "digits and a point"),
        (Spelling(marked=True), f"{FORMULA}{NUMBER}5", "formula"),
        (SHEET, STALE, "without a saved value"),
        (SHEET, ERROR, "error"),
        (Spelling(thousands=" "), "1 25", "as you said"),
    ],
)
def test_numbers_that_fit_nothing_that_was_said(spelling: Spelling, text: str, words: str) -> None:
    with pytest.raises(NumberRefused, match=words):
        spelling.number(text)


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("dmy", "3/4/2024", "2024-04-03"),
        ("mdy", "3/4/2024", "2024-03-04"),
        ("dmy", "31.12.2024", "2024-12-31"),
        ("dmy", "2024-03-31", "2024-03-31"),
        ("dmy", "2019-Q1", "2019-Q1"),
        ("dmy", "3/4.2024", "3/4.2024"),
    ],
)
def test_dates_in_the_order_that_was_said(order: str, text: str, day: str) -> None:
    assert Spelling(dates=order).date(text) == day


def test_a_date_that_can_mean_two_days_is_refused() -> None:
    with pytest.raises(NumberRefused, match="two days"):
        Spelling().date("03/04/2024")
