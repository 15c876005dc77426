"""What one version of a definition has otherwise than another, as pages say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

COMPONENTS = "components"


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of a definition that another version has otherwise. Components are ``Parts``."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Component:
    """A KPI that a composite is worked out from."""

    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Parts:
    """What a composite is worked out from: by name, and how many are not shown."""

    named: list[Component] = field(default_factory=list)
    hidden: int = 0
