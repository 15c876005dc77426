"""What a template says of a lab: who sits in it, what it decides by, and the draft of its plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from starters.rules.values import START, Text, When

FREQUENCIES = ("weekly", "monthly", "quarterly", "half_yearly", "yearly")


@dataclass(frozen=True, slots=True)
class Seat:
    """``group``: code of the list of stakeholder groups. ``interest``: what it declares."""

    organisation: str
    post: str = ""
    kind: str = field(default="core", metadata={"choices": ("core", "invited")})
    group: str = ""
    people: int = 1
    mandate: Text | None = None
    interest: Text | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    name: Text
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Option:
    title: Text
    description: Text | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A working group; ``seats`` are organisations that sit in the lab."""

    name: Text
    task: Text | None = None
    seats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A sitting; ``group``: the English name of a working group, empty for the whole lab."""

    title: Text
    on: When
    hour: int = 9
    hours: int = 3
    place: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What a step needs of another organisation; ``step``: by which it is delivered."""

    title: Text
    provider: str
    due: When
    step: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    title: Text
    owner: str
    starts: When
    finishes: When
    after: tuple[str, ...] = ()
    line: str = ""
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """A budget line. ``year`` 1 is the year the programme starts in."""

    key: str
    title: Text
    year: int
    planned: Decimal
    constant_prices: bool = False


@dataclass(frozen=True, slots=True)
class Commitment:
    title: Text
    beneficiary: str
    verify: When
    sanction: Text


@dataclass(frozen=True, slots=True)
class Answer:
    """To one of the three tests, or a question of the quadrant's checklist."""

    question: str
    reason: Text
    verdict: str = field(default="yes", metadata={"choices": ("yes", "no", "unknown")})
    override: Text | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """``instrument`` and ``target_group``: codes of reference lists."""

    key: str
    title: Text
    lead: str
    starts: When
    finishes: When
    description: Text | None = None
    expires: When | None = None
    scope: str = field(
        default="", metadata={"choices": ("", "horizontal", "vertical", "value_chain")}
    )
    intervention: str = field(default="", metadata={"choices": ("", "public_input", "market")})
    pathway: str = field(default="", metadata={"choices": ("", "top_down", "bottom_up")})
    instrument: str = ""
    target_group: str = ""
    budget: Decimal | None = None
    steps: tuple[Step, ...] = ()
    money: tuple[Money, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a KPI's breakdown."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Target:
    """``period`` 1 is the first that begins on the effect date or after it.

    ``part``: code of a part of the breakdown, empty for the total.
    """

    period: int
    value: Decimal
    high: Decimal | None = None
    baseline: Decimal | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Kpi:
    """``pair``: the KPI of quality beside this one of quantity. ``effect``: values are due
    from then on. ``parts_list``: the reference list whose entries are the parts."""

    key: str
    name: Text
    unit: str
    owner: str
    verifier: str
    direction: str = field(
        default="increase", metadata={"choices": ("increase", "decrease", "range", "context")}
    )
    kind: str = "number"
    scale: int = 1
    level: str = field(default="outcome", metadata={"choices": ("input", "output", "outcome")})
    frequency: str = field(default="yearly", metadata={"choices": FREQUENCIES})
    over_parts: str = ""
    reporting_days: int = 20
    effect: When = START
    pair: str = ""
    text: Text | None = None
    dimension: str = ""
    parts: tuple[Part, ...] = ()
    parts_list: str = ""
    targets: tuple[Target, ...] = ()
    path: str = field(default="", metadata={"choices": ("", "points", "steps", "linear")})
    path_baseline: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    key: str
    title: Text
    description: Text | None = None
    initiatives: tuple[Initiative, ...] = ()
    kpis: tuple[Kpi, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """Why the question suits a lab."""

    shared_problem: Text
    uncertainty: Text


@dataclass(frozen=True, slots=True)
class Problem:
    text: Text
    causes: Text | None = None


@dataclass(frozen=True, slots=True)
class Lab:
    key: str
    area: str
    title: Text
    question: Text
    starts: When
    ends: When
    steering: str
    method: str = field(default="lab", metadata={"choices": ("lab", "pdia", "efa", "fixed")})
    intake: Intake | None = None
    problem: Problem | None = None
    seats: tuple[Seat, ...] = ()
    groups: tuple[Group, ...] = ()
    sessions: tuple[Session, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    options: tuple[Option, ...] = ()
    goals: tuple[Goal, ...] = ()
    kpis: tuple[Kpi, ...] = ()
