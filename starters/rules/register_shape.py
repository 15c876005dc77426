"""What a template puts in a programme's registers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from starters.rules.values import Text, When


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that may be planned for a year; ``year`` 1 is the year of the start."""

    year: int
    amount: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """``rank`` 1 is the worst. ``kind``: code of the list of obstacles. ``kpi`` shows whether
    it is being answered."""

    title: Text
    rank: int
    area: str = ""
    lab: str = ""
    text: Text | None = None
    kind: str = ""
    is_gap: bool = False
    named_by: str = field(default="firm", metadata={"choices": ("firm", "lab", "review", "other")})
    organisation: str = ""
    kpi: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    title: Text
    source: str
    text: Text | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Proposed; a forum decides it later."""

    purpose: Text
    amount: Decimal
    initiative: str = ""
    beneficiary: str = ""


@dataclass(frozen=True, slots=True)
class Funding:
    key: str
    name: Text
    amount: Decimal
    funder: str = ""
    pathway: str = field(default="", metadata={"choices": ("", "top_down", "bottom_up")})
    note: Text | None = None
    allocations: tuple[Allocation, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Closing date and pay-off date are apart. ``steps`` make use of it."""

    title: Text
    opens: When
    closes: When
    pays_off: When | None = None
    alert_days: int = 180
    text: Text | None = None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    organisation: str
    kind: str = field(metadata={"choices": ("asked", "offered")})
    value: Decimal = Decimal(0)
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Bargain:
    """``kpi`` and ``period``: the target it is about, if it is about one."""

    title: Text
    unit: str = ""
    lab: str = ""
    kpi: str = ""
    period: int = 1
    rounds: tuple[Round, ...] = ()


@dataclass(frozen=True, slots=True)
class CouncilAct:
    council: str
    reference: str
    title: Text
    dated: When
    forum: str = ""
    address: str = ""
