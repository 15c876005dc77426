"""Breakdowns of a KPI: by organisation, region, firm size or any list, with names and dates.

A dimension and its members belong to the programme: every KPI that is broken down by region
knows the same regions. What is added to a KPI is a series of its definition in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Cell, Dimension, Kpi, Member, Series
from kpis.selectors import kpis as selectors
from kpis.services import series as series_service
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events

LONGEST_NAME = 200
MOST = 2000


class BreakdownRefused(Refused):
    """Parts that cannot be added as asked."""

    code = "breakdown"


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a dimension: its code is lasting, its name may change."""

    code: str
    name: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a member is called from now on, and its days."""

    member: Member
    name: str
    starts_on: date | None = None
    ends_on: date | None = None


@transaction.atomic
def add(
    *, kpi: Kpi, dimension: str, parts: Sequence[Part], by: Actor, at: datetime
) -> list[Series]:
    """Break a KPI down by these members of a dimension; the series that are new.

    The dimension and members that the programme does not have yet are made; those it has
    keep their names and days. The same again adds nothing. Raises BreakdownRefused,
    CellRefused.
    """
    _check_open(kpi)
    dimension = dimension.strip()
    _check_dimension(dimension)
    _check_parts(parts)
    keys = {series_service.normal(f"{dimension}={part.code}"): part for part in parts}
    definition = selectors.definition_of(kpi)
    there = set(
        Series.objects.filter(definition=definition, cell__key__in=keys).values_list(
            "cell__key", flat=True
        )
    )
    names = _ensure_members(kpi, dimension, parts)
    found = series_service.ensure_many(
        definition=definition,
        cells={key: names[part.code] for key, part in keys.items()},
        at=at,
    )
    made = [found[key] for key in keys if key not in there]
    if made:
        _record(
            kpi,
            "kpi.broken_down",
            by,
            at,
            {"dimension": dimension, "series": [series.pk for series in made]},
        )
    return made


@transaction.atomic
def rename(*, kpi: Kpi, renamings: Sequence[Renaming], by: Actor, at: datetime) -> list[Member]:
    """Give members other names or days, for every KPI of the programme; those that changed.

    Labels of cells follow. Raises BreakdownRefused.
    """
    _check_open(kpi)
    changed = [each for each in renamings if _differs(each)]
    for each in changed:
        _check_name(each.name)
        _check_days(each.starts_on, each.ends_on)
    members = [each.member.pk for each in changed]
    named = {cell.pk for cell in _with_old_labels(members)}
    for each in changed:
        Member.objects.filter(pk=each.member.pk).update(
            name=each.name.strip(), starts_on=each.starts_on, ends_on=each.ends_on
        )
    _refresh(members, named)
    if changed:
        broken = Series.objects.filter(cell__members__member__in=members)
        series_service.touch(series_ids=broken.values_list("pk", flat=True), at=at)
        _record(kpi, "kpi.parts_renamed", by, at, {"members": members})
    return [each.member for each in changed]


def _check_open(kpi: Kpi) -> None:
    if kpi.area.programme.is_closed:
        raise BreakdownRefused(
            _("The programme is closed: it can be read and not changed."), code="programme_closed"
        )
    if kpi.retired_on is not None:
        raise BreakdownRefused(_("This KPI has ended and takes no new parts."))


def _check_dimension(name: str) -> None:
    if not name or len(name) > series_service.LONGEST_PART or set(name) & set("=;"):
        message = _("Name the breakdown in one to 60 characters, without = and ;.")
        raise BreakdownRefused(message, fields={"dimension": str(message)})


def _check_parts(parts: Sequence[Part]) -> None:
    if not parts:
        raise BreakdownRefused(_("Name at least one part."))
    if len(parts) > MOST:
        raise BreakdownRefused(_("Add at most 2,000 parts at a time."))
    if len({part.code.strip() for part in parts}) < len(parts):
        raise BreakdownRefused(_("Two parts have the same code. Name each once."))
    for part in parts:
        if set(part.code) & set("=;"):
            raise BreakdownRefused(_("Write codes without = and ;."))
        _check_name(part.name)
        _check_days(part.starts_on, part.ends_on)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise BreakdownRefused(_("Write a name of at most 200 characters for each part."))


def _check_days(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise BreakdownRefused(_("The last day of a part must not come before its first."))


def _ensure_members(kpi: Kpi, name: str, parts: Sequence[Part]) -> dict[str, str]:
    """Members of the dimension, made where they are missing; the name of each by its code."""
    programme = kpi.area.programme_id
    Dimension.objects.bulk_create(
        [Dimension(programme_id=programme, name=name)], ignore_conflicts=True
    )
    dimension = Dimension.objects.get(programme=programme, name=name)
    Member.objects.bulk_create(
        (
            Member(
                dimension=dimension,
                code=part.code.strip(),
                name=part.name.strip(),
                starts_on=part.starts_on,
                ends_on=part.ends_on,
            )
            for part in parts
        ),
        ignore_conflicts=True,
    )
    codes = {part.code.strip(): part.code for part in parts}
    rows = Member.objects.filter(dimension=dimension, code__in=codes)
    return {codes[code]: named for code, named in rows.values_list("code", "name")}


def _differs(each: Renaming) -> bool:
    member = each.member
    now = (member.name, member.starts_on, member.ends_on)
    return (each.name.strip(), each.starts_on, each.ends_on) != now


def _cells(members: Sequence[int]) -> list[Cell]:
    """The cells that these members are in, with all of theirs. Three queries."""
    cells = Cell.objects.filter(members__member__in=members).distinct()
    return list(cells.prefetch_related("members__member__dimension"))


def _with_old_labels(members: Sequence[int]) -> list[Cell]:
    """The cells that are named after these members: alone, or by the names of all of theirs."""
    return [
        cell
        for cell in _cells(members)
        if len(cell.members.all()) == 1 or cell.label == _label(cell)
    ]


def _refresh(members: Sequence[int], named: set[int]) -> None:
    """Days of the cells of these members, and the labels of those that go by their names."""
    cells = _cells(members)
    for cell in cells:
        if cell.pk in named:
            cell.label = _label(cell)
        days = series_service.days_of(row.member for row in cell.members.all())
        cell.starts_on, cell.ends_on = days["starts_on"], days["ends_on"]
    Cell.objects.bulk_update(cells, ["label", "starts_on", "ends_on"])


def _label(cell: Cell) -> str:
    """The names of a cell's members, in the order of its key."""
    named = sorted((row.member.dimension.name, row.member.name) for row in cell.members.all())
    return ", ".join(name for _dimension, name in named)[:300]


def _record(kpi: Kpi, verb: str, by: Actor, at: datetime, data: dict[str, object]) -> None:
    events.record(
        verb=verb,
        subject=kpi,
        by=by,
        at=at,
        data=data,
        programme_id=kpi.area.programme_id,
        restricted=kpi.restricted_to.exists(),
    )
