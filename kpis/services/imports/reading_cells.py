"""The cells of one row, each read with care; what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kpis.models import Definition
from kpis.models.kpis import Kind, PartsCheck
from kpis.rules.kinds import value_problem
from kpis.rules.periods import Frequency, Period, parse_date, parse_period
from kpis.rules.spelling import Spelling
from kpis.rules.values import COMPARATORS, NumberRefused, Observation
from kpis.services.readings.checks import IMPOSSIBLE, WorkedOut
from ledger.rules.errors import Refused

NUMBERS = ("value", "high", "numerator", "denominator")
UNKNOWN = "there is no KPI with this code"
SIGNS = "<>≈~≤≥"
SIGN_APART = "Write the sign (< > ≈) into a column of its own, and only the number here."


class Problem(NamedTuple):
    """Something to be said about a row; ``blocks``: it cannot be read."""

    row: int
    column: str
    message: str
    blocks: bool


@dataclass(slots=True)
class Cells:
    """The texts of one row by field, and what is wrong with them so far."""

    row: int
    texts: Mapping[str, str]
    spelling: Spelling
    columns: Mapping[str, str]  # field -> what the file calls the column
    problems: list[Problem]

    def add(self, field: str, message: object) -> None:
        column = self.columns.get(field, field)
        self.problems.append(Problem(self.row, column, str(message), blocks=True))

    def text(self, field: str) -> str:
        """The cell without marks and spaces; "" where it cannot be read."""
        try:
            return self.spelling.text(self.texts[field], field)
        except NumberRefused as refusal:
            self.add(field, refusal)
            return ""

    def number(self, field: str) -> Decimal | None:
        """The number, or None where the cell is empty or cannot be read."""
        if not self.texts[field].strip():
            return None
        try:
            return Decimal(self.spelling.number(self.texts[field], field))
        except NumberRefused as refusal:
            has_sign = self.texts[field].strip()[0] in SIGNS
            self.add(field, SIGN_APART if has_sign else refusal)
            return None

    def period(self, frequency: Frequency | None, fiscal_start: int) -> Period | None:
        """The period; a KPI that is not known leaves a name such as 2016-04 unread."""
        whole = "period" in self.columns
        try:
            if not whole:
                start = parse_date(self._date("period_start"), field="period_start")
                return Period(start, parse_date(self._date("period_end"), field="period_end"))
            text = self._date("period")
            if frequency is None:
                return parse_period(text, "weekly") if "/" in text else None
            return parse_period(text, frequency, fiscal_start)
        except Refused as refusal:
            wrong = next(iter(refusal.fields or {}), "period")
            last = "period" if whole else "period_end"
            self.add(wrong if wrong in self.columns else last, refusal)
            return None

    def vintage(self) -> date | None:
        if not self.texts["vintage"].strip():
            return None
        try:
            return parse_date(self._date("vintage"), field="vintage")
        except Refused as refusal:
            self.add("vintage", refusal)
            return None

    def comparator(self) -> str:
        text = self.text("comparator")
        if text and text not in COMPARATORS:
            self.add("comparator", f"write one of {' '.join(COMPARATORS)}.")
        return text or "="

    def _date(self, field: str) -> str:
        return self.spelling.date(self.texts[field], field)


def observation(
    comparator: str, numbers: Mapping[str, Decimal], definition: Definition
) -> tuple[Observation | None, str]:
    """The observation, or why the KPI cannot take these numbers."""
    above, below = numbers.get("numerator"), numbers.get("denominator")
    if not numbers:
        return None, "the row has no value"
    if definition.composition:
        return None, str(WorkedOut.message)
    is_ratio = above is not None or below is not None
    if is_ratio != (definition.kind == Kind.RATIO):
        wanted = "a ratio" if definition.kind == Kind.RATIO else "a number"
        return None, f"the KPI is {wanted} and the row gives the other kind"
    try:
        if above is not None and below is not None:
            scale = Decimal(definition.scale)
            seen = Observation.ratio(above, below, scale, comparator)  # type: ignore[arg-type]
        else:
            value, high = numbers.get("value"), numbers.get("high")
            seen = Observation(comparator, value, high, above, below)  # type: ignore[arg-type]
    except NumberRefused as refusal:
        return None, str(refusal)
    code = value_problem(
        definition.kind,
        seen.comparator,
        (seen.value, seen.high),
        definition.parts_check == PartsCheck.HUNDRED,
    )
    return (seen, "") if code is None else (None, str(IMPOSSIBLE[code]))
