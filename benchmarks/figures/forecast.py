"""The forecast: how often its 80 per cent interval holds, by rolling origin over the England series."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from benchmarks.registry import figure

ENGLAND = Path(__file__).resolve().parents[2] / "demo" / "data" / "england_ae.csv"
LEAST, MOST = 72.0, 88.0


def share(how: str) -> float:
    """Per cent of the year-end forecasts of 65 trusts that held, fiscal years from April."""
    from kpis.rules import coverage
    from kpis.rules.periods import parse_period
    from kpis.rules.values import Observation

    series: dict[str, dict] = {}  # type: ignore[type-arg]
    with ENGLAND.open() as file:
        for row in csv.DictReader(file):
            seen = Observation.ratio(
                Decimal(row["numerator"]), Decimal(row["denominator"]), Decimal(100)
            )
            series.setdefault(row["cell"], {})[parse_period(row["period"], "monthly")] = seen
    found = coverage.Coverage()
    for values in series.values():
        found += coverage.held(values, how=how, frequency="monthly", fiscal_start=4)
    return found.share


@figure("forecast holds: England, last month of the year", target=MOST, unit="%", least=LEAST)
def last_month() -> Iterator[float | None]:
    """Coverage of the interval for the value of March."""
    yield share("latest")


@figure("forecast holds: England, ratio of the whole year", target=MOST, unit="%", least=LEAST)
def whole_year() -> Iterator[float | None]:
    """Coverage of the interval for the year's sum of those seen by its sum of attendances."""
    yield share("ratio_of_sums")
