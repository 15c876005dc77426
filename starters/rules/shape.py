"""What a template holds, section by section, as it stands in its file.

``key`` names a thing within the file; other sections point at it by that. A field with a
default may be left out. ``Choice`` fields take one of the values listed beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starters.rules.plan_shape import Kpi, Lab
from starters.rules.register_shape import (
    Bargain,
    Ceiling,
    CouncilAct,
    Funding,
    Obstacle,
    Recommendation,
    Window,
)
from starters.rules.values import Text


@dataclass(frozen=True, slots=True)
class Source:
    """A public document the figures come from. ``figures``: which of them."""

    title: str
    figures: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """What the programme is offered as; whoever starts it may say otherwise.

    ``lead``: the organisation that somebody of the place itself can stand in for.
    """

    name: Text
    lead: str
    months: int
    currency: str = ""
    country: str = ""
    time_zone: str = "UTC"
    fiscal_year_start: int = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """The programme's own settings; what is left out keeps its default."""

    lab_weeks_min: int | None = None
    lab_weeks_max: int | None = None
    core_people_max: int | None = None
    forum_members_max: int | None = None
    window_alert_days: int | None = None
    tests: str = field(default="", metadata={"choices": ("", "warn", "block")})
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    key: str
    name: Text
    sector: str = field(
        default="public",
        metadata={
            "choices": (
                *("public", "private", "labour", "civil_society", "academia", "international"),
            )
        },
    )
    short: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    key: str
    organisation: str
    title: Text
    rank: int = 50


@dataclass(frozen=True, slots=True)
class Forum:
    """``name`` may hold {programme}: then it is this programme's own. One without it that is
    there by its name already is used as it is."""

    key: str
    name: Text
    chair: str
    parent: str = ""
    alternate: str = ""
    secretary: str = ""
    quorum: int = 1
    response_days: int = 10
    minimum_stay_days: int = 5
    meets_every_days: int = 30
    purpose: str = field(default="common", metadata={"choices": ("common", "conflict")})
    members: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    key: str
    name: Text
    lead: str
    home: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the programme set otherwise than by default, and why."""

    kind: str
    reason: str
    severity: str = field(default="", metadata={"choices": ("", "note", "ask", "review")})
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limit:
    """Over how much a change goes to which forum. Per cent for budget, days for days."""

    forum: str
    kind: str = field(metadata={"choices": ("budget", "days", "goal")})
    decides: str
    over: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Template:
    """One file: a programme as it can be started.

    ``purpose``: what it is for, one paragraph. ``watch``: what it is there to show.
    """

    code: str
    title: Text
    purpose: Text
    watch: Text
    sources: tuple[Source, ...]
    programme: Programme
    organisations: tuple[Organisation, ...]
    posts: tuple[Post, ...]
    forums: tuple[Forum, ...]
    areas: tuple[Area, ...]
    labs: tuple[Lab, ...]
    position: int = 99
    settings: Settings = field(default_factory=Settings)
    rules: tuple[Rule, ...] = ()
    limits: tuple[Limit, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    funding: tuple[Funding, ...] = ()
    windows: tuple[Window, ...] = ()
    bargains: tuple[Bargain, ...] = ()
    acts: tuple[CouncilAct, ...] = ()


def kpis_of(lab: Lab) -> list[Kpi]:
    """The KPIs of a lab: those of its goals, then those that are only watched."""
    return [*(kpi for goal in lab.goals for kpi in goal.kpis), *lab.kpis]
