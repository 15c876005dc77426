"""One deviation: why it asks of people what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpis.models import Deviation, Signal
from kpis.rules.rules_catalogue import SEVERITIES
from ledger.models import Event


@dataclass(frozen=True)
class Weight:
    """What follows from a deviation, and whether a provisional value holds it back or did.

    ``asked`` is what the rule says; ``capped`` whether less follows for now, because the
    values are provisional; ``raised_at`` when it was raised to what the rule says.
    """

    asked: str
    capped: bool
    raised_at: datetime | None


def weight_of(deviation: Deviation, signals: list[Signal]) -> Weight:
    """The weight of a deviation with its signals, oldest first. One query."""
    asked = signals[-1].version.severity if signals else deviation.severity
    milder = SEVERITIES.index(deviation.severity) < SEVERITIES.index(asked)
    provisional = bool(signals) and signals[0].evidence.get("provisional") is True
    raised = Event.objects.filter(
        verb="deviation.raised", subject_type="kpis.deviation", subject_id=str(deviation.pk)
    ).order_by("-pk")
    return Weight(
        asked=asked,
        capped=milder and provisional,
        raised_at=raised.values_list("at", flat=True).first(),
    )
