"""The rest of the PEMANDU file: loaded as history, year by year, as it became known.

Values of a year are loaded in the April after it, targets without a value in the
year they are set for begins or the programme opens. Loading history opens nothing.
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

from demo import figures
from demo.cast import SYSTEM
from demo.stage import Act, Stage
from kpis.services import imports

OPENS = {"GTP": date(2009, 12, 14), "ETP": date(2010, 12, 13), "NTP": date(2015, 10, 12)}
CLOSES = {"GTP": date(2016, 4, 12), "ETP": date(2016, 4, 12)}
LAST = date(2019, 4, 12)


class History:
    """One act per programme and year."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        slices: dict[date, list[dict[str, str]]] = defaultdict(list)
        for row in figures.pemandu():
            slices[known_on(row)].append(row)
        return [(day, loading(rows)) for day, rows in sorted(slices.items())]


def known_on(row: dict[str, str]) -> date:
    """The day on which a row is loaded: when it was known and its programme was open."""
    year = int(row["period_end"][:4]) + 1 if row["actual"] else int(row["period_start"][:4])
    opens, closes = OPENS[row["programme"]], CLOSES.get(row["programme"], LAST)
    return min(max(date(year, 4, 12), opens), closes, LAST)


def loading(rows: list[dict[str, str]]) -> Callable[[datetime], None]:
    """An act that loads these rows from a file, as the command does."""

    def act(at: datetime) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            file.flush()
            imports.load_kpis(file=file.name, by=SYSTEM, at=at)

    return act
