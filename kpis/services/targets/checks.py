"""What a target must be to be set."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kpis.models import Series
from kpis.models.kpis import Direction, Kind
from kpis.rules.values import to_decimal
from ledger.rules.errors import Refused

Asked = tuple[Decimal, Decimal | None, Decimal | None]
CHUNK = 1000


class TargetRefused(Refused):
    """A target that cannot be set as asked."""

    code = "target"


class TargetConflict(TargetRefused):
    """Another target is in force for the same series and period."""

    code = "target_conflict"
    message = _(
        "Another target is in force for this period."
        " A target changes by a revision of the plan, with its reason."
    )


class TargetStale(TargetRefused):
    """What the change says it replaces is not what is in force."""

    code = "stale"
    message = _(
        "A target changed since this revision was written."
        " Look at the targets in force and write the change anew."
    )


def check(
    series: Series, value: Decimal, high: Decimal | None, baseline: Decimal | None = None
) -> None:
    """Whether a target fits the KPI's direction. Raises TargetRefused, NumberRefused."""
    definition = series.definition
    direction = definition.direction
    to_decimal(value, field="value")
    if baseline is not None:
        to_decimal(baseline, field="baseline")
    if direction == Direction.CONTEXT:
        raise TargetRefused(_("A KPI for context only has no target. Give it a direction first."))
    if direction == Direction.RANGE:
        if high is None:
            raise TargetRefused(_("Give the lower and the upper end of the range."))
        if to_decimal(high, field="high") < value:
            raise TargetRefused(_("The upper end of the range is below its lower end."))
    elif definition.kind == Kind.MILESTONE and value not in (0, 1):
        raise TargetRefused(_("A milestone is to be done (1) or not done (0)."))
    elif high is not None:
        raise TargetRefused(_("A KPI that rises or falls has one target value, not a range."))


def read(after: Mapping[str, Any]) -> Asked:
    """Value, upper end and baseline as a change writes them. Raises NumberRefused."""
    numbers = {
        name: None if after.get(name) in (None, "") else to_decimal(after[name], field=name)
        for name in ("value", "high", "baseline")
    }
    if numbers["value"] is None:
        raise TargetRefused(_("Write a value for the target."))
    return numbers["value"], numbers["high"], numbers["baseline"]
