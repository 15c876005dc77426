"""How a file writes its numbers and dates, as a person said of it: never guessed.

Public names::

    Spelling(decimal=".", thousands="", percent="refuse", dates="iso", formulas="refuse", marked=False)
        .number(text, field="value") -> str     in its one plain form: "-12.5"; raises NumberRefused
        .date(text, field) -> str               year-month-day; what is no date comes back as it is
        .text(text) -> str                      without the marks of a spreadsheet
    is_plain(text) -> bool                      already in that form: the quick way past ``number``
    NUMBER, FORMULA, STALE, ERROR               marks of cells from a spreadsheet (``marked``)

A cell of a spreadsheet that holds a number, and not text, starts with the mark NUMBER and is
written with a point, whatever was said of text. FORMULA goes before a value that a formula gave.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kpis.rules.values import NumberRefused, parse_decimal, to_decimal, to_text

NUMBER, FORMULA, STALE, ERROR = "\x02", "\x01", "\x03", "\x04"
MARKS = NUMBER + FORMULA + STALE + ERROR
REFUSE, AS_SHOWN, AS_SHARE = "refuse", "as_shown", "as_share"
TAKE = "take"
DECIMALS = {".": "a point", ",": "a comma"}
THOUSANDS = {"": "nothing", ",": "a comma", ".": "a point", " ": "a space", "'": "an apostrophe"}
DATES = {"iso": "year-month-day", "dmy": "day-month-year", "mdy": "month-day-year"}
_AS_WRITTEN = {" ": "[ \u00a0\u202f]", "'": "['\u2019]", ",": ",", ".": r"\."}

# Plain and so short that it holds in any column: at most 15 digits, 8 of them after the point.
is_plain = re.compile(r"0|-?(?:[1-9][0-9]{0,6}(?:\.[0-9]{0,7}[1-9])?|0\.[0-9]{0,7}[1-9])").fullmatch
_DAY_FIRST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")


@dataclass(frozen=True)
class Spelling:
    """What was said of a file; the default is what the documentation asks for."""

    decimal: str = "."
    thousands: str = ""
    percent: str = REFUSE
    dates: str = "iso"
    formulas: str = REFUSE
    marked: bool = False

    def number(self, text: str, field: str = "value") -> str:
        """The number in its plain form. Raises NumberRefused."""
        text, own = self._unmarked(text, field)
        if text.endswith("%") and self.percent != REFUSE:
            amount = self._amount(text[:-1].rstrip(), own, field)
            if self.percent == AS_SHARE:
                amount = to_decimal(amount.scaleb(-2), field=field)
            return to_text(amount)
        return to_text(self._amount(text, own, field))

    def date(self, text: str, field: str = "period") -> str:
        """A date as year-month-day; any other text (2019-Q1) as it is. Raises NumberRefused."""
        text = self.text(text, field)
        found = _DAY_FIRST.fullmatch(text)
        if found is None:
            return text
        if self.dates == "iso":
            raise _refused(
                f"{text} can mean two days. Say of the file whether the day or the month"
                " comes first, or write 2019-03-31.",
                field,
            )
        first, _sign, second, year = found.groups()
        day, month = (first, second) if self.dates == "dmy" else (second, first)
        return f"{year}-{int(month):02d}-{int(day):02d}"

    def text(self, text: str, field: str = "value") -> str:
        """The cell without marks and outer spaces. Raises NumberRefused for a formula."""
        return self._unmarked(text, field)[0]

    def _unmarked(self, text: str, field: str) -> tuple[str, bool]:
        """The text and whether the spreadsheet itself kept it as a number."""
        text = text.strip()
        if not self.marked or not text or text[0] not in MARKS:
            return text, False
        if text[0] == ERROR:
            raise _refused("The cell shows an error. Put its value in its place.", field)
        if text[0] == STALE:
            raise _refused(
                "There is a formula here without a saved value. Open the file in a spreadsheet"
                " program, save it, and send it again.",
                field,
            )
        if text[0] == FORMULA:
            if self.formulas == REFUSE:
                raise _refused(
                    "There is a formula here. Put its value in its place, or say of the file"
                    " that saved values of formulas are taken.",
                    field,
                )
            text = text[1:]
        return (text[1:], True) if text[:1] == NUMBER else (text, False)

    def _amount(self, text: str, own: bool, field: str) -> Decimal:
        if own or (self.decimal, self.thousands) == (".", ""):
            return parse_decimal(text, field=field)
        if not self._pattern.fullmatch(text):
            raise _refused(
                f'"{text}" is not written as you said of this file: {THOUSANDS[self.thousands]}'
                f" between thousands, {DECIMALS[self.decimal]} before decimals."
                " Mend the cell, or say it otherwise.",
                field,
            )
        digits = self._between.sub("", text) if self.thousands else text
        return parse_decimal(digits.replace(self.decimal, "."), field=field)

    @cached_property
    def _between(self) -> re.Pattern[str]:
        return re.compile(_AS_WRITTEN[self.thousands])

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        decimals = f"(?:{_AS_WRITTEN[self.decimal]}[0-9]+)?"
        whole = "[0-9]+"
        if self.thousands:
            whole = f"(?:[0-9]{{1,3}}(?:{_AS_WRITTEN[self.thousands]}[0-9]{{3}})+|[0-9]+)"
        return re.compile(f"[+-]?{whole}{decimals}")


def _refused(message: str, field: str) -> NumberRefused:
    return NumberRefused(message, fields={field: message})
