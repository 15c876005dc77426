"""A date in a form is one that somebody means."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError

from ledger.forms import DayField


@pytest.mark.parametrize("text", ["0001-01-01", "0219-03-01", "2200-01-01", "9999-12-31"])
def test_a_year_typed_wrong_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="1900 to 2199"):
        DayField().clean(text)


def test_other_dates_and_none_are_taken() -> None:
    assert DayField().clean("2019-03-31") == datetime.date(2019, 3, 31)
    assert DayField(required=False).clean("") is None
