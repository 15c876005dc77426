"""The columns of the spreadsheet of what is due, and the marks that its keys carry."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHEET = "Values"
NAMES_ROW, TITLES_ROW, FIRST_ROW = 1, 2, 3
HIDDEN = ("check", "kpi", "cell", "period")
FILLED = ("value", "numerator", "denominator", "state", "source", "note")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its lasting name, what people read above it, and its width in characters."""

    name: str
    title: str | Promise
    width: int


COLUMNS = (
    Column("check", _("Check"), 12),
    Column("kpi", _("KPI code"), 20),
    Column("cell", _("Cell"), 14),
    Column("period", _("Period key"), 24),
    Column("name", _("KPI"), 42),
    Column("part", _("Part"), 18),
    Column("when", _("Period"), 18),
    Column("unit", _("Unit"), 14),
    Column("due", _("Due on"), 16),
    Column("last", _("Last value"), 22),
    Column("target", _("Target"), 14),
    Column("value", _("Value"), 14),
    Column("numerator", _("Numerator"), 14),
    Column("denominator", _("Denominator"), 14),
    Column("state", _("State"), 14),
    Column("source", _("Source"), 34),
    Column("note", _("Note"), 34),
)
PLACE = {column.name: place for place, column in enumerate(COLUMNS)}
OPENERS = ("=", "+", "-", "@", "\t", "\r")


def check_of(kpi: str, cell: str, period: str) -> str:
    """A mark over the key of a row: whoever edits the key cannot write the mark to it."""
    text = "\x1f".join((kpi, cell, period))
    return salted_hmac("kpis.services.sheets", text, algorithm="sha256").hexdigest()[:20]


def is_ours(check: str, kpi: str, cell: str, period: str) -> bool:
    """Whether the key of a row is as it was written."""
    return constant_time_compare(check, check_of(kpi, cell, period))


def escaped(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(OPENERS) else text


def unescaped(text: str) -> str:
    """The text as it was before ``escaped``."""
    return text[1:] if text.startswith("'") and text[1:].startswith(OPENERS) else text
