"""Values of a template that are not plain TOML: texts in languages, and days counted from the start.

A text is a string (English), or a table of languages: {en = "Goal", es = "Meta"}. A day is
"start", or a number of days, weeks, months or years after it: "week 8", "month -3".
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LANGUAGES = ("en", "es", "ms", "pt")
UNITS = ("day", "week", "month", "year")
_WHEN = re.compile(r"(day|week|month|year) (-?[0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Text:
    """What people read, in English and perhaps in other languages."""

    english: str
    others: Mapping[str, str]

    def said(self, language: str = "en") -> str:
        """In ``language`` ("es", "es-mx"), else in English."""
        return self.others.get(language.partition("-")[0], self.english)

    def languages(self) -> set[str]:
        """The languages it is written in."""
        return {"en", *self.others}


@dataclass(frozen=True, slots=True)
class When:
    """So many units after the day a programme starts; before it when negative."""

    number: int
    unit: str

    def on(self, start: date) -> date:
        """The day this is when the programme starts on ``start``.

        Months and years keep the day of the month, or take the last the month has.
        """
        if self.unit in ("day", "week"):
            return start + timedelta(days=self.number * (7 if self.unit == "week" else 1))
        months = self.number * (12 if self.unit == "year" else 1)
        over, index = divmod(start.month - 1 + months, 12)
        year, month = start.year + over, index + 1
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))

    def __str__(self) -> str:
        return "start" if self.number == 0 else f"{self.unit} {self.number}"


START = When(0, "day")


def read_when(given: str) -> When | None:
    """The day a template means, None when it cannot be read."""
    if given == "start":
        return START
    found = _WHEN.fullmatch(given)
    return When(int(found[2]), found[1]) if found else None
