"""Values in their one spelling: ISO dates, plain decimals, ids and keys as text."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from labs.rules.parts.schema import SCHEMA, Field, Kind, Problem

FIRST_YEAR, LAST_YEAR = 1900, 2200
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class Unreadable(ValueError):
    """A value that cannot be what its field asks for."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.problem = Problem(code, params)


def parse(part: str, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Problem]]:
    """Read the given fields of ``part``: canonical values (None: empty), and problems by field.

    Only fields named in ``raw`` are read; a name that the part does not have is a problem.
    """
    known = {rule.name: rule for rule in SCHEMA[part]}
    values: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for name, given in raw.items():
        if name not in known:
            problems[name] = Problem("unknown_field")
            continue
        try:
            values[name] = read(known[name], given)
        except Unreadable as error:
            problems[name] = error.problem
    return values, problems


def read(rule: Field, given: Any) -> Any:
    """One value in its one spelling, None when empty. Raises Unreadable."""
    if rule.kind is Kind.KEYS:
        keys = [given] if isinstance(given, str) else list(given or [])
        return sorted({read_key(key) for key in keys if str(key).strip()}) or None
    text = str(given).replace("\r\n", "\n").strip() if given is not None else ""
    if not text:
        if rule.required:
            raise Unreadable("required")
        return None
    if rule.kind is Kind.TEXT:
        return read_text(text, rule.longest)
    if rule.kind is Kind.CHOICE:
        return read_choice(text, rule.choices)
    return _READERS[rule.kind](text)


def read_text(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unreadable("too_long", longest=str(longest))
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
        raise Unreadable("control_sign")
    return text


def read_date(text: str) -> str:
    """An ISO date between 1900 and 2200, as text."""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise Unreadable("not_a_date") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable("year_out_of_range", first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return day.isoformat()


def read_decimal(text: str, *, digits: int = 15, places: int = 10) -> str:
    """A plain decimal in full digits without idle zeros. No exponent, no grouping, no rounding."""
    if not text.isascii() or not _DECIMAL.fullmatch(text):
        raise Unreadable("not_a_number")
    whole, _, fraction = text.lstrip("-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    if len(fraction) > places:
        raise Unreadable("too_many_places", places=str(places))
    if len((whole + fraction).strip("0")) > digits or len(whole) > digits:
        raise Unreadable("too_many_digits", digits=str(digits))
    if (whole, fraction) == ("0", ""):
        return "0"
    return f"{'-' * text.startswith('-')}{whole}{'.' * bool(fraction)}{fraction}"


def number(text: str) -> Decimal:
    """The number that ``read_decimal`` spelled."""
    return Decimal(text)


def read_money(text: str) -> str:
    """An amount that is not negative, with at most two places and 13 digits before them."""
    amount = read_decimal(text, digits=15, places=2)
    if amount.startswith("-"):
        raise Unreadable("negative")
    if len(amount.partition(".")[0]) > 13:
        raise Unreadable("too_many_digits", digits="13")
    return amount


def read_post(text: str) -> str:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Unreadable("not_a_post")
    return str(int(text))


def read_key(text: Any) -> str:
    try:
        return str(uuid.UUID(str(text)))
    except ValueError:
        raise Unreadable("not_a_key") from None


def read_id(text: str) -> str:
    """The id of an organisation or of an item of a reference list."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Unreadable("not_in_list")
    return str(int(text))


def read_choice(text: str, choices: Iterable[str]) -> str:
    if text not in choices:
        raise Unreadable("not_in_list")
    return text


def read_year(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Unreadable("year_out_of_range", first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return text


def read_currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text.upper()):
        raise Unreadable("not_a_currency")
    return text.upper()


_READERS = {
    Kind.ORGANISATION: read_id,
    Kind.ITEM: read_id,
    Kind.YEAR: read_year,
    Kind.CURRENCY: read_currency,
    Kind.DATE: read_date,
    Kind.DECIMAL: read_money,
    Kind.POST: read_post,
    Kind.KEY: read_key,
}


def read_period(text: str) -> str:
    """A target's period "2012-01-01/2012-12-31": both days included, in order."""
    first, slash, last = text.partition("/")
    if not slash:
        raise Unreadable("not_a_period")
    start, end = read_date(first.strip()), read_date(last.strip())
    if end < start:
        raise Unreadable("ends_before_start")
    return f"{start}/{end}"
