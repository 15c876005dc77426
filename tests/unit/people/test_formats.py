"""Numbers, periods and deadlines as people read them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.template import Context
from django.utils import translation

from people import days
from people.templatetags import formats
from people.templatetags.statuses import LOOKS, look_of

D = datetime.date


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1234567.5000000000"), "1,234,567.5"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1,000"),
        (Decimal("-0.0"), "0"),
        (Decimal("0.0000000001"), "0.0000000001"),
        (Decimal("-12.50"), "-12.5"),
        (None, "–"),
        (Decimal("NaN"), "–"),
        ("about ten", "about ten"),
    ],
)
def test_number(value: object, shown: str) -> None:
    assert formats.number(value) == shown


def test_number_follows_the_language() -> None:
    with translation.override("es"):
        assert formats.number(Decimal("1234567.5")) == "1\xa0234\xa0567,5"


def test_quantity_never_shows_a_unit_without_a_value() -> None:
    assert formats.quantity(None, "%") == "–"
    assert formats.quantity(Decimal("95.20"), "%") == "95.2%"
    assert formats.quantity(Decimal("3"), "beds") == "3\xa0beds"


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        (D(2012, 1, 1), D(2012, 12, 31), "2012"),
        (D(2012, 1, 1), D(2012, 3, 31), "Q1 2012"),
        (D(2012, 10, 1), D(2012, 12, 31), "Q4 2012"),
        (D(2012, 2, 1), D(2012, 4, 30), "1 Feb to 30 Apr 2012"),
        (D(2019, 3, 1), D(2019, 3, 31), "March 2019"),
        (D(2019, 2, 1), D(2019, 2, 28), "February 2019"),
        (D(2020, 2, 1), D(2020, 2, 28), "1 Feb to 28 Feb 2020"),
        (D(2010, 1, 1), D(2010, 8, 31), "1 Jan to 31 Aug 2010"),
        (D(2009, 10, 1), D(2010, 9, 30), "1 Oct 2009 to 30 Sep 2010"),
        (D(2019, 3, 3), D(2019, 3, 3), "3 March 2019"),
    ],
)
def test_period_label(start: datetime.date, end: datetime.date, name: str) -> None:
    assert formats.period_label(start, end) == name


def test_period_label_in_spanish() -> None:
    with translation.override("es"):
        assert formats.period_label(D(2012, 1, 1), D(2012, 3, 31)) == "T1 2012"


NOW = datetime.datetime(2019, 4, 15, 9, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (D(2019, 4, 18), "18 April 2019 (in 3 days)"),
        (D(2019, 4, 16), "16 April 2019 (in 1 day)"),
        (D(2019, 4, 15), "15 April 2019 (today)"),
        (D(2019, 4, 3), '3 April 2019 <span class="makmal-overdue">overdue by 12 days</span>'),
        (
            NOW - datetime.timedelta(hours=1),
            '15 April 2019 <span class="makmal-overdue">overdue today</span>',
        ),
        (None, "No deadline"),
    ],
)
def test_deadline(due: datetime.date | None, shown: str) -> None:
    assert formats.deadline(Context({"business_now": NOW}), due) == shown


def test_each_status_has_a_word_and_a_symbol() -> None:
    assert all(str(look.word) and look.symbol for look in LOOKS.values())


def test_missing_data_never_looks_like_on_track() -> None:
    good = [look_of("on_track").tone, look_of("on_track").symbol]
    for status in ["missing", "no_target", "not_due", "indeterminate"]:
        assert look_of(status).tone != good[0]
        assert look_of(status).symbol != good[1]


def test_unknown_status_shows_its_own_name() -> None:
    assert look_of("half_done").word == "Half done"


@pytest.mark.parametrize(
    ("said", "shown"),
    [("It ended.", "It ended"), ("It ended", "It ended"), ("And so on...", "And so on...")],
)
def test_what_people_wrote_ends_a_sentence_of_ours_with_one_stop(said: str, shown: str) -> None:
    assert formats.unstopped(said) == shown


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("RM billion", "RM 81.4 billion"),
        ("RM", "RM 81.4"),
        ("MYR million", "MYR 81.4 million"),
        ("RM/kg", "RM 81.4/kg"),
        ("US$ million", "US$81.4 million"),
        ("€m", "€81.4m"),
        ("£ per head", "£81.4 per head"),
        ("%", "81.4%"),
        ("km", "81.4 km"),
        ("FTE", "81.4 FTE"),
        ("Top 10 places", "81.4 Top 10 places"),
        ("", "81.4"),
    ],
)
def test_a_currency_stands_before_the_number_and_the_rest_of_the_unit_behind(
    unit: str, shown: str
) -> None:
    assert formats.quantity(Decimal("81.4"), unit).replace("\xa0", " ") == shown


def test_a_span_says_its_unit_once_on_the_side_where_it_stands() -> None:
    low, high = Decimal(70), Decimal(80)
    assert formats.span(low, high, "%") == "70 to 80%"
    assert formats.span(low, high, "RM billion").replace("\xa0", " ") == "RM 70 to 80 billion"


def test_a_day_in_a_message_reads_as_on_a_page_in_the_readers_language() -> None:
    day = D(2019, 3, 3)
    assert days.in_words(day) == formats.day(day) == "3 March 2019"
    with translation.override("es"):
        assert days.in_words(day) == formats.day(day) == "3 de marzo de 2019"
