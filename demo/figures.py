"""The figures of the demonstration, read from demo/data (sources: demo/data/README.md)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
PEMANDU = FOLDER / "pemandu_kpis.csv"
ENGLAND = FOLDER / "england_ae.csv"


@dataclass(frozen=True, slots=True)
class WaitRow:
    """Patients of one trust and month: all, and those seen within four hours."""

    cell: str
    month: date
    seen: int
    all: int
    source: str


def waits() -> list[WaitRow]:
    """The England file, in its own order."""
    with ENGLAND.open(encoding="utf-8", newline="") as file:
        return [
            WaitRow(
                cell=row["cell"],
                month=date.fromisoformat(f"{row['period']}-01"),
                seen=int(row["numerator"]),
                all=int(row["denominator"]),
                source=row["source"],
            )
            for row in csv.DictReader(file)
        ]


def sources(programmes: set[str], kpi: str) -> dict[str, str]:
    """Where each value of a KPI in the PEMANDU file comes from, by the end of its period."""
    return {
        row["period_end"]: row["source_url"]
        for row in pemandu()
        if row["programme"] in programmes and row["kpi"] == kpi
    }


def pemandu() -> list[dict[str, str]]:
    """The PEMANDU file, row by row."""
    with PEMANDU.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
