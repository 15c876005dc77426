"""What a goal, an initiative and a milestone consist of, and what may be written in them.

Values are kept in one spelling: ISO dates, plain decimals, ids and keys as text, so
that two spellings of the same value never look like a change.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from labs.rules.quadrants import QUESTIONS
from labs.rules.revisions import (
    ANSWER,
    BUDGET_LINE,
    COMMITMENT,
    DEPENDENCY,
    GOAL,
    INITIATIVE,
    MILESTONE,
    Content,
)

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
    ORGANISATION = "organisation"
    ITEM = "item"  # of a reference list
    CHOICE = "choice"
    YEAR = "year"
    CURRENCY = "currency"


@dataclass(frozen=True)
class Field:
    """One field of a part.

    ``part``: the kind of part its keys name. ``elsewhere``: they may name parts of other
    plans too. ``choices``: what a choice may be. ``list``: which reference list an item is of.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    longest: int = 20_000
    part: str = ""
    elsewhere: bool = False
    choices: tuple[str, ...] = ()
    list: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value: a code and what to fill into its message."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


SCOPES = ("horizontal", "vertical", "value_chain")
INTERVENTIONS = ("public_input", "market")
PATHWAYS = ("top_down", "bottom_up")
VERDICTS = ("yes", "no", "unknown")

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
        Field("wind_down_until", Kind.DATE),
        Field("budget", Kind.DECIMAL),
        Field("scope", Kind.CHOICE, choices=SCOPES),
        Field("intervention", Kind.CHOICE, choices=INTERVENTIONS),
        Field("pathway", Kind.CHOICE, choices=PATHWAYS),
        Field("instrument", Kind.ITEM, list="instrument"),
        Field("target_group", Kind.ITEM, list="target_group"),
    ),
    MILESTONE: (
        Field("initiative_key", Kind.KEY, required=True, part=INITIATIVE),
        _TITLE,
        Field("owner", Kind.POST),
        Field("starts_on", Kind.DATE),
        Field("finishes_on", Kind.DATE),
        Field("depends_on", Kind.KEYS, part=MILESTONE, elsewhere=True),
        Field("budget_line_key", Kind.KEY, part=BUDGET_LINE),
    ),
    BUDGET_LINE: (
        Field("initiative_key", Kind.KEY, required=True, part=INITIATIVE),
        _TITLE,
        Field("currency", Kind.CURRENCY, required=True),
        Field("year", Kind.YEAR, required=True),
        Field("price_base", Kind.YEAR),
        Field("planned", Kind.DECIMAL, required=True),
    ),
    COMMITMENT: (
        Field("initiative_key", Kind.KEY, required=True, part=INITIATIVE),
        _TITLE,
        Field("beneficiary", Kind.ORGANISATION),
        Field("verify_on", Kind.DATE, required=True),
        Field("sanction", required=True),
    ),
    ANSWER: (
        Field("initiative_key", Kind.KEY, required=True, part=INITIATIVE),
        Field("question", Kind.CHOICE, required=True, choices=QUESTIONS),
        Field("verdict", Kind.CHOICE, required=True, choices=VERDICTS),
        Field("title", required=True),
        Field("override"),
    ),
    DEPENDENCY: (
        Field("milestone_key", Kind.KEY, required=True, part=MILESTONE),
        _TITLE,
        Field("provider", Kind.ORGANISATION, required=True),
        Field("due_on", Kind.DATE, required=True),
        Field("step_key", Kind.KEY, part=MILESTONE, elsewhere=True),
    ),
}
# Pairs of dates of which the second must not come before the first.
_IN_ORDER = (
    ("starts_on", "finishes_on"),
    ("starts_on", "expires_on"),
    ("finishes_on", "expires_on"),
    ("expires_on", "wind_down_until"),
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


def check(
    part: str,
    key: uuid.UUID,
    fields: Mapping[str, Any],
    content: Content,
    elsewhere: Set[uuid.UUID] = frozenset(),
) -> dict[str, Problem]:
    """What does not hold within one part, or between it and the rest of the plan.

    ``fields`` is the whole part as it would be, ``content`` the plan with it in,
    ``elsewhere`` the keys of other plans' parts that it may name.
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
            wrong = _check_links(rule, key, fields.get(rule.name), content, elsewhere)
            if wrong:
                problems[rule.name] = wrong
    return problems


def _check_links(
    rule: Field, key: uuid.UUID, value: Any, content: Content, elsewhere: Set[uuid.UUID]
) -> Problem | None:
    keys = {uuid.UUID(each) for each in _keys(value)}
    outside = {each for each in keys if (rule.part, each) not in content}
    if outside and not (rule.elsewhere and outside <= elsewhere):
        return Problem("not_in_plan", {"part": rule.part})
    if rule.kind is Kind.KEYS and key in before_it(key, content):
        return Problem("comes_before_itself")
    return None


def _keys(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def outside(content: Content) -> set[uuid.UUID]:
    """The keys that parts of the plan name and that it does not hold: of other plans, or gone."""
    return {
        uuid.UUID(each)
        for (part, _key), fields in content.items()
        for rule in SCHEMA.get(part, ())
        if rule.elsewhere
        for each in _keys(fields.get(rule.name))
        if (rule.part, uuid.UUID(each)) not in content
    }


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


def hanging(
    content: Content, elsewhere: Set[uuid.UUID] = frozenset()
) -> dict[tuple[str, uuid.UUID], Problem]:
    """Parts that name something no plan holds, or that come before themselves.

    ``elsewhere``: what other plans hold of ``outside(content)``.
    """
    found: dict[tuple[str, uuid.UUID], Problem] = {}
    for (part, key), fields in content.items():
        for rule in SCHEMA.get(part, ()):
            if not rule.part:
                continue
            wrong = _check_links(rule, key, fields.get(rule.name), content, elsewhere)
            if wrong:
                found.setdefault((part, key), wrong)
    return found


def _names(value: Any, key: str) -> bool:
    return key == value if isinstance(value, str) else key in (value or [])


def names_of(part: str) -> Iterable[str]:
    """The names of the part's fields, in the order people read them."""
    return [rule.name for rule in SCHEMA[part]]
