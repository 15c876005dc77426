"""Where a KPI file's rows belong: programme, organisation, result area, KPI, series.

What is there is found by name; what is not is made by the services of the apps
below, each with its own event.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import slugify

from forums.models import Forum
from forums.services import forums as forum_services
from kpis.models import Kpi, Series
from kpis.models.kpis import Frequency
from kpis.rules.periods import FREQUENCIES, is_complete
from kpis.selectors.kpis import newest_definitions, with_series_context
from kpis.services import kpis as kpi_services
from kpis.services import rules
from kpis.services import series as series_service
from kpis.services.imports.files import FileRefused
from kpis.services.imports.kpi_rows import KpiRow
from kpis.services.readings.checks import business_date
from labs.models import Programme, ResultArea
from labs.services import areas as area_services
from labs.services import programmes as programme_services
from ledger.rules.actors import Actor
from people.models import Organisation
from people.services import organisations, posts

LONGEST_CODE = 60
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a programme that the file names for the first time starts with."""

    forum: str = ""
    time_zone: str = "UTC"
    country: str = ""
    currency: str = ""


@dataclass(slots=True)
class Places:
    """The total series of each KPI in the file; None where a closed programme has no such KPI."""

    by: Actor
    at: datetime
    defaults: Defaults
    series: dict[Key, Series | None] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=lambda: {"programmes": 0, "areas": 0, "kpis": 0})


def resolve(*, rows: Sequence[KpiRow], defaults: Defaults, by: Actor, at: datetime) -> Places:
    """Find or make everything that the rows name. Raises FileRefused for an unknown forum."""
    places = Places(by, at, defaults)
    by_kpi: dict[Key, list[KpiRow]] = defaultdict(list)
    for row in rows:
        by_kpi[row.kpi_key].append(row)
    programmes = _programmes(places, {row.programme for row in rows})
    organisations_by_name = _organisations(places, {row.lead for row in rows})
    areas = _areas(places, rows, programmes, organisations_by_name)
    known = _known(areas.values())
    codes = set(Kpi.objects.values_list("code", flat=True))
    for key, group in by_kpi.items():
        area = areas.get(key[:2])
        if area is not None and not area.programme.is_closed and (area.pk, key[2]) not in known:
            _make(places, area, group, codes)
    if places.made["kpis"]:
        known = _known(areas.values())
    for key in by_kpi:
        area = areas.get(key[:2])
        places.series[key] = known.get((area.pk, key[2])) if area is not None else None
    return places


def _programmes(places: Places, names: Iterable[str]) -> dict[str, Programme]:
    codes = {name: slugify(name)[:40].strip("-") for name in names}
    known = {p.code: p for p in Programme.objects.filter(code__in=codes.values())}
    found = {}
    for name, code in codes.items():
        if not code:
            raise FileRefused(f'The programme "{name}" has no letter or digit in its name.')
        if code not in known:
            known[code] = _open(places, name, code)
        found[name] = known[code]
    return found


def _open(places: Places, name: str, code: str) -> Programme:
    programme = programme_services.open(
        code=code,
        name=name,
        time_zone=places.defaults.time_zone,
        country=places.defaults.country,
        currency=places.defaults.currency,
        by=places.by,
        at=places.at,
    )
    rules.install_defaults(
        programme=programme,
        applies_from=business_date(programme, places.at),
        by=places.by,
        at=places.at,
    )
    places.made["programmes"] += 1
    return programme


def _organisations(places: Places, names: Iterable[str]) -> dict[str, Organisation]:
    known = {o.name.casefold(): o for o in Organisation.objects.all()}
    found = {}
    for name in sorted(names):
        if name.casefold() not in known:
            known[name.casefold()] = organisations.create(name=name, by=places.by, at=places.at)
        found[name] = known[name.casefold()]
    return found


def _areas(
    places: Places,
    rows: Sequence[KpiRow],
    programmes: dict[str, Programme],
    leads: dict[str, Organisation],
) -> dict[tuple[str, str], ResultArea]:
    """Result areas by programme and name. The lead is whoever leads most of the area's rows."""
    known = {
        (area.programme_id, area.name): area
        for area in ResultArea.objects.filter(programme__in=programmes.values()).select_related(
            "programme", "home_forum"
        )
    }
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        votes[row.programme, row.area][row.lead] += 1
    found = {}
    for (programme_name, name), counted in votes.items():
        programme = programmes[programme_name]
        area = known.get((programme.pk, name))
        if area is None and not programme.is_closed:
            lead = leads[counted.most_common(1)[0][0]]
            area = area_services.create(
                programme=programme,
                name=name,
                lead=lead,
                home_forum=_forum(places, programme, lead),
                by=places.by,
                at=places.at,
            )
            places.made["areas"] += 1
        if area is not None:
            found[programme_name, name] = area
    return found


def _forum(places: Places, programme: Programme, lead: Organisation) -> Forum:
    """The home forum of a new area.

    The one that was named; else that of the programme's other areas; else the
    lowest of the forums there are; else a new one, whose chair is yet to be filled.
    """
    if places.defaults.forum:
        named = Forum.objects.filter(name=places.defaults.forum, closed_on=None).first()
        if named is None:
            raise FileRefused(f'There is no open forum called "{places.defaults.forum}".')
        return named
    sibling = programme.areas.select_related("home_forum").order_by("pk").first()
    if sibling is not None:
        return sibling.home_forum
    return _lowest() or _found_forum(places, programme, lead)


def _lowest() -> Forum | None:
    """The forum furthest from the top of a ladder; by name where several are."""
    forums = {forum.pk: forum for forum in Forum.objects.filter(closed_on=None)}

    def height(forum: Forum) -> int:
        steps, seen = 0, set[int]()
        while forum.parent_id in forums and forum.pk not in seen:
            seen.add(forum.pk)
            forum, steps = forums[forum.parent_id], steps + 1
        return steps

    return min(forums.values(), key=lambda f: (-height(f), f.name), default=None)


def _found_forum(places: Places, programme: Programme, lead: Organisation) -> Forum:
    name = f"{programme.name} import forum"
    chair = posts.create(organisation=lead, title=f"Chair, {name}", by=places.by, at=places.at)
    return forum_services.create(name=name, chair=chair, by=places.by, at=places.at)


def _known(areas: Iterable[ResultArea]) -> dict[tuple[int, str], Series]:
    """The total series of the newest definition of each KPI there is, by area and name."""
    found = Series.objects.filter(
        definition__kpi__area__in=list(areas),
        definition__in=newest_definitions(),
        cell__key=series_service.TOTAL,
    )
    return {
        (s.definition.kpi.area_id, s.definition.kpi.name): s for s in with_series_context(found)
    }


def _make(places: Places, area: ResultArea, group: Sequence[KpiRow], codes: set[str]) -> None:
    first = group[0]
    kpi_services.create(
        area=area,
        code=_code(f"{area.programme.code}-{first.kpi}", codes),
        name=first.kpi,
        unit=first.unit,
        direction=first.direction,
        frequency=frequency(group, area.programme.fiscal_year_start),
        text="" if first.lead == area.lead.name else f"Reported by: {first.lead}",
        by=places.by,
        at=places.at,
    )
    places.made["kpis"] += 1


def _code(text: str, taken: set[str]) -> str:
    """A code nobody has, from the name; numbered where another KPI came first."""
    base = slugify(text)[:LONGEST_CODE].strip("-") or "kpi"
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base[: LONGEST_CODE - len(str(number)) - 1].strip('-')}-{number}"
    taken.add(code)
    return code


def frequency(group: Sequence[KpiRow], fiscal_start: int) -> str:
    """Yearly, unless more of the KPI's periods are whole weeks, months, quarters or halves."""
    counted = {
        name: sum(is_complete(row.period, name, fiscal_start) for row in group)
        for name in FREQUENCIES
    }
    best = max(counted, key=lambda name: (counted[name], name == FREQUENCIES[-1]))
    return str(best) if counted[best] else str(Frequency.YEARLY)
