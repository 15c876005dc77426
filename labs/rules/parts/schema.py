"""Which fields each kind of part has, and of which kind they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from labs.rules.quadrants import QUESTIONS
from labs.rules.revisions import (
    ANSWER,
    BUDGET_LINE,
    COMMITMENT,
    DEPENDENCY,
    GOAL,
    INITIATIVE,
    MILESTONE,
)


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
PURPOSES = ("build_up",)

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
        Field("purpose", Kind.CHOICE, choices=PURPOSES),
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


def names_of(part: str) -> Iterable[str]:
    """The names of the part's fields, in the order people read them."""
    return [rule.name for rule in SCHEMA[part]]
