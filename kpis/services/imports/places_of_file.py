"""What the rows of one file name: KPIs, their cells, sources. Looked up once each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kpis.models import Definition, ImportJob, ImportPlace, Series
from kpis.models.kpis import Kind, PartsCheck
from kpis.rules.periods import Frequency
from kpis.rules.spelling import MARKS
from kpis.selectors.kpis import newest_definitions
from kpis.services import series as series_service
from kpis.services import sources
from kpis.services.readings.checks import business_date, frequency_of

CHUNK = 1000
MOST = 100_000  # names of sources remembered
ANY_NUMBER = {Kind.NUMBER, Kind.PERCENTAGE, Kind.SCORE}


@dataclass(slots=True)
class Place:
    """One cell of one KPI, as the file names it.

    ``takes``: "number" or "ratio" where every such value will do, "other" where each is
    looked at. ``calendar``: places with the same one read periods alike.
    """

    number: int
    definition: Definition
    cell: str
    takes: str
    calendar: int
    scale: Decimal


@dataclass(frozen=True, slots=True)
class Calendar:
    """How periods are read, and from which day on there can be no value."""

    frequency: Frequency
    fiscal_start: int
    today: date


class Places:
    """The places of one job, those of earlier slices included.

    ``programmes``: the ids of those that may be loaded into; None for all.
    """

    def __init__(self, job: ImportJob, at: datetime) -> None:
        self.job, self.at = job, at
        self.sources: dict[str, int] = {}
        self.calendars: list[Calendar] = []
        self._programmes: list[int] | None = job.options.get("programmes")
        self._definitions: dict[str, Definition | None] = {}
        self._places: dict[tuple[int, str], Place] = {}
        self._fresh: list[Place] = []
        self._load()

    def prepare(self, codes: Iterable[str], names: Iterable[str]) -> None:
        """Look up codes and sources that were not met yet, all at once."""
        new = sorted({code.strip() for code in codes} - self._definitions.keys())
        for start in range(0, len(new), CHUNK):
            self._find(new[start : start + CHUNK])
        if len(self.sources) > MOST:
            self.sources.clear()
        wanted = {
            name: " ".join(name.strip(MARKS).split()) for name in set(names) - self.sources.keys()
        }
        sound = {
            name: text for name, text in wanted.items() if text and len(text) <= sources.LONGEST
        }
        listed = sorted({text for text in sound.values() if "\x00" not in text})
        for start in range(0, len(listed), CHUNK):
            found = sources.ensure_many(names=listed[start : start + CHUNK])
            self.sources |= {name: found[text].pk for name, text in sound.items() if text in found}

    def definition(self, code: str) -> Definition | None:
        """The newest definition of the KPI with this code, if it may be loaded into."""
        if code not in self._definitions:
            self._find([code])
        return self._definitions[code]

    def place(self, definition: Definition, cell: str) -> Place:
        """The place of a cell whose key is in its normal form."""
        found = self._places.get((definition.pk, cell))
        if found is None:
            found = self._made(len(self._places) + 1, definition, cell)
            self._fresh.append(found)
        return found

    def save(self) -> None:
        """Keep the places met since the last time, with their series where there is one."""
        fresh, self._fresh = self._fresh, []
        for start in range(0, len(fresh), CHUNK):
            some = fresh[start : start + CHUNK]
            known = Series.objects.filter(
                definition__in={place.definition.pk for place in some},
                cell__key__in={place.cell for place in some},
            ).values_list("definition", "cell__key", "pk")
            series = {(definition, key): pk for definition, key, pk in known}
            ImportPlace.objects.bulk_create(
                ImportPlace(
                    job=self.job,
                    number=place.number,
                    definition=place.definition,
                    cell=place.cell,
                    series_id=series.get((place.definition.pk, place.cell)),
                )
                for place in some
            )

    def normal(self, text: str) -> str:
        """The one way to write a cell's key. Raises CellRefused."""
        return series_service.normal(text)

    def _load(self) -> None:
        rows = ImportPlace.objects.filter(job=self.job).order_by("number")
        kept = list(rows.values_list("number", "definition", "cell"))
        wanted = {definition for _number, definition, _cell in kept}
        found = Definition.objects.select_related("kpi__area__programme").in_bulk(list(wanted))
        for number, definition, cell in kept:
            self._made(number, found[definition], cell)

    def _find(self, codes: list[str]) -> None:
        found = newest_definitions().filter(kpi__code__in=codes)
        if self._programmes is not None:
            found = found.filter(kpi__area__programme__in=self._programmes)
        known = {one.kpi.code: one for one in found.select_related("kpi__area__programme")}
        self._definitions |= {code: known.get(code) for code in codes}

    def _made(self, number: int, definition: Definition, cell: str) -> Place:
        place = Place(
            number=number,
            definition=definition,
            cell=cell,
            takes=_takes(definition),
            calendar=self._calendar(definition),
            scale=Decimal(definition.scale),
        )
        self._places[definition.pk, cell] = place
        return place

    def _calendar(self, definition: Definition) -> int:
        programme = definition.kpi.area.programme
        calendar = Calendar(
            frequency_of(definition),
            programme.fiscal_year_start,
            business_date(programme, self.at),
        )
        if calendar not in self.calendars:
            self.calendars.append(calendar)
        return self.calendars.index(calendar)


def _takes(definition: Definition) -> str:
    """Whether every number, or every ratio, will do."""
    if definition.composition or definition.parts_check == PartsCheck.HUNDRED:
        return "other"
    if definition.kind in ANY_NUMBER:
        return "number"
    return "ratio" if definition.kind == Kind.RATIO else "other"
