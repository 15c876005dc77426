"""A reading as it comes in, and as it is compared with what is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kpis.models import Reading, Series
from kpis.models.readings import Reading as _Reading
from kpis.rules.periods import Period
from kpis.rules.values import Observation, to_text

FINAL, PROVISIONAL = _Reading.State.FINAL, _Reading.State.PROVISIONAL
Number = Decimal | None
Content = tuple[str, Number, Number, Number, Number, str]


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One observation to be recorded. ``series`` comes with its definition, area and programme."""

    series: Series
    period: Period
    observation: Observation
    source: str
    state: str = FINAL
    vintage: date | None = None
    note: str = ""

    @property
    def key(self) -> tuple[int, date, date, str]:
        """What may be live once: series, period and source."""
        return (self.series.pk, self.period.start, self.period.end, self.source.strip())

    @property
    def content(self) -> Content:
        """What makes two readings the same."""
        seen = self.observation
        shown = None if seen.numerator is not None else seen.value
        return (seen.comparator, shown, seen.high, seen.numerator, seen.denominator, self.state)

    @property
    def fields(self) -> dict[str, Any]:
        """The columns of a reading that hold the observation."""
        seen = self.observation
        return {
            "comparator": seen.comparator,
            "value": seen.value,
            "high": seen.high,
            "numerator": seen.numerator,
            "denominator": seen.denominator,
            "state": self.state,
            "vintage": self.vintage,
            "note": self.note,
        }


def content_of(reading: Reading) -> Content:
    """The same of a stored reading. A ratio's shown value is worked out, so it does not count."""
    shown = None if reading.numerator is not None else reading.value
    return (
        reading.comparator,
        shown,
        reading.high,
        reading.numerator,
        reading.denominator,
        reading.state,
    )


def described(reading: Reading) -> dict[str, Any]:
    """What an event says of a reading: numbers as text, dates, ids."""
    parts = {
        "value": reading.value,
        "high": reading.high,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
    }
    return {
        "reading": reading.pk,
        "series": reading.series_id,
        "period_start": reading.period_start.isoformat(),
        "period_end": reading.period_end.isoformat(),
        "comparator": reading.comparator,
        "state": reading.state,
        "source": reading.source_id,
    } | {name: to_text(part) for name, part in parts.items() if part is not None}
