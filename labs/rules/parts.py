"""What a goal, an initiative and a milestone consist of, and what may be written in them.

Values are kept in one spelling: ISO dates, plain decimals, ids and keys as text, so
that two spellings of the same value never look like a change.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from labs.rules.revisions import GOAL, INITIATIVE, MILESTONE, Content

FIRST_YEAR, LAST_YEAR = 1900, 2200
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class Kind(Enum):
    TEXT = "text"
    DATE = "date"
    DECIMAL = "decimal"
    POST = "post"
    KEY = "key"
    KEYS = "keys"


@dataclass(frozen=True)
class Field:
    """One field of a part. ``part``: the kind of part its keys name."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    longest: int = 20_000
    part: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value: a code and what to fill into its message."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


_TITLE = Field("title", required=True, longest=300)
SCHEMA: dict[str, tuple[Field, ...]] = {
    GOAL: (_TITLE, Field("description")),
    INITIATIVE: (
        Field("goal_key", Kind.KEY, required=True, part=GOAL),
        _TITLE,
        Field("description"),
        Field("lead", Kind.POST),
        Field("starts_on", Kind.DATE),
        Field("finishes_on", Kind.DATE),
        Field("expires_on", Kind.DATE),
        Field("budget", Kind.DECIMAL),
    ),
    MILESTONE: (
        Field("initiative_key", Kind.KEY, required=True, part=INITIATIVE),
        _TITLE,
        Field("owner", Kind.POST),
        Field("starts_on", Kind.DATE),
        Field("finishes_on", Kind.DATE),
        Field("depends_on", Kind.KEYS, part=MILESTONE),
    ),
}
# Pairs of dates of which the second must not come before the first.
_IN_ORDER = (
    ("starts_on", "finishes_on"),
    ("starts_on", "expires_on"),
    ("finishes_on", "expires_on"),
)


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
    return (
        _READERS[rule.kind](text) if rule.kind is not Kind.TEXT else read_text(text, rule.longest)
    )


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


_READERS = {
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


def check(
    part: str, key: uuid.UUID, fields: Mapping[str, Any], content: Content
) -> dict[str, Problem]:
    """What does not hold within one part, or between it and the rest of the plan.

    ``fields`` is the whole part as it would be, ``content`` the plan with it in.
    """
    problems = {
        rule.name: Problem("required")
        for rule in SCHEMA[part]
        if rule.required and fields.get(rule.name) is None
    }
    for earlier, later in _IN_ORDER:
        first, second = fields.get(earlier), fields.get(later)
        if first and second and second < first:
            problems.setdefault(later, Problem("before", {"other": earlier, "day": first}))
    for rule in SCHEMA[part]:
        if rule.part and rule.name not in problems:
            wrong = _check_links(rule, key, fields.get(rule.name), content)
            if wrong:
                problems[rule.name] = wrong
    return problems


def _check_links(rule: Field, key: uuid.UUID, value: Any, content: Content) -> Problem | None:
    keys = [value] if isinstance(value, str) else value or []
    if any((rule.part, uuid.UUID(each)) not in content for each in keys):
        return Problem("not_in_plan", {"part": rule.part})
    if rule.kind is Kind.KEYS and key in before_it(key, content):
        return Problem("comes_before_itself")
    return None


def before_it(key: uuid.UUID, content: Content) -> set[uuid.UUID]:
    """All milestones that must be done before milestone ``key``, near and far."""
    found: set[uuid.UUID] = set()
    waiting = [key]
    while waiting:
        fields = content.get((MILESTONE, waiting.pop()), {})
        new = {uuid.UUID(each) for each in fields.get("depends_on") or []} - found
        found |= new
        waiting += new
    return found


def pointing_at(part: str, key: uuid.UUID, content: Content) -> list[tuple[str, uuid.UUID]]:
    """The parts that name ``key`` and would be left hanging without it."""
    return [
        part_id
        for part_id, fields in content.items()
        for rule in SCHEMA.get(part_id[0], ())
        if rule.part == part and _names(fields.get(rule.name), str(key))
    ]


def hanging(content: Content) -> dict[tuple[str, uuid.UUID], Problem]:
    """Parts that name something the plan does not hold, or that come before themselves."""
    found: dict[tuple[str, uuid.UUID], Problem] = {}
    for (part, key), fields in content.items():
        for rule in SCHEMA.get(part, ()):
            wrong = _check_links(rule, key, fields.get(rule.name), content) if rule.part else None
            if wrong:
                found.setdefault((part, key), wrong)
    return found


def _names(value: Any, key: str) -> bool:
    return key == value if isinstance(value, str) else key in (value or [])


def names_of(part: str) -> Iterable[str]:
    """The names of the part's fields, in the order people read them."""
    return [rule.name for rule in SCHEMA[part]]
