"""Series: one definition version x one cell. Cells are named by their key.

``total`` is the whole; ``trust=R1K`` one member of one dimension;
``region=north;size=small`` a combination, dimensions in alphabetical order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from kpis.models import Cell, CellMember, Definition, Dimension, Member, Series
from ledger.rules.errors import Refused

TOTAL = "total"
CHUNK = 10_000
LONGEST_KEY = 200
LONGEST_PART = 60


class CellRefused(Refused):
    """A cell key that cannot be read."""

    code = "cell"


def ensure(
    *, definition: Definition, cell_key: str = TOTAL, label: str | None = None, at: datetime
) -> Series:
    """The series of this definition and cell, made if it is not there yet. Safe to repeat."""
    return ensure_many(definition=definition, cells={cell_key: label}, at=at)[normal(cell_key)]


def ensure_many(
    *, definition: Definition, cells: Mapping[str, str | None], at: datetime
) -> dict[str, Series]:
    """The series for each cell key, by key, in a constant number of queries. Raises CellRefused."""
    labels = {normal(key): label for key, label in cells.items()}
    with transaction.atomic():
        found = _cells(definition.kpi.area.programme_id, labels)
        have = {
            series.cell_id: series
            for series in Series.objects.filter(definition=definition, cell__in=found.values())
        }
        missing = [cell for cell in found.values() if cell.pk not in have]
        if missing:
            Series.objects.bulk_create(
                (Series(definition=definition, cell=cell, changed_at=at) for cell in missing),
                ignore_conflicts=True,
            )
            fresh = Series.objects.filter(definition=definition, cell__in=missing)
            have |= {series.cell_id: series for series in fresh}
    for series in have.values():
        series.definition = definition
    return {key: have[cell.pk] for key, cell in found.items()}


def ensure_pairs(
    *, pairs: Sequence[tuple[Definition, str]], at: datetime
) -> dict[tuple[int, str], int]:
    """Ids of the series of many definitions by definition and cell key, made where missing.

    A constant number of queries per programme and thousand. Keys are in their normal form.
    """
    wanted = list(dict.fromkeys((definition.pk, key) for definition, key in pairs))
    programmes = {d.pk: d.kpi.area.programme_id for d, _key in pairs}
    found: dict[tuple[int, str], int] = {}
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        keys: dict[int, dict[str, None]] = {}
        for pk, key in some:
            keys.setdefault(programmes[pk], {})[key] = None
        with transaction.atomic():
            cells = {programme: _cells(programme, labels) for programme, labels in keys.items()}
            Series.objects.bulk_create(
                (
                    Series(definition_id=pk, cell=cells[programmes[pk]][key], changed_at=at)
                    for pk, key in some
                ),
                ignore_conflicts=True,
            )
            rows = Series.objects.filter(
                definition__in={pk for pk, _key in some}, cell__key__in={key for _pk, key in some}
            )
            found |= {
                (pk, key): one for pk, key, one in rows.values_list("definition", "cell__key", "pk")
            }
    return found


def touch(*, series_ids: Iterable[int], at: datetime, since: date | None = None) -> None:
    """Ask for detection of these series; ``since`` is the earliest period that changed.

    A mark that is already as late moves on by a microsecond, so that whoever
    clears the mark they saw never clears this one. The rows are taken in one order,
    so that two writers of the same series wait for each other and never lock up.
    """
    held = hold(series_ids)
    later = When(changed_at__gte=at, then=F("changed_at") + Value(timedelta(microseconds=1)))
    marks: dict[str, Any] = {"changed_at": Case(later, default=Value(at))}
    if since is not None:
        earlier = When(changed_from__lte=since, then=F("changed_from"))
        marks["changed_from"] = Case(earlier, default=Value(since))
    for start in range(0, len(held), CHUNK):
        Series.objects.filter(pk__in=held[start : start + CHUNK]).update(**marks)


def hold(series_ids: Iterable[int]) -> list[int]:
    """Hold the rows of these series until the transaction ends; their ids, in order.

    Values may still be inserted meanwhile; who then marks the series, waits.
    """
    wanted = sorted(set(series_ids))
    if len(wanted) > 1 and connection.vendor == "postgresql":
        rows = Series.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
        return list(rows.values_list("pk", flat=True))
    return wanted


def normal(key: str) -> str:
    """The one way to write a cell's key. Raises CellRefused."""
    key = key.strip()
    if key in ("", TOTAL):
        return TOTAL
    return ";".join(f"{name}={code}" for name, code in sorted(parts(key)))


def parts(key: str) -> list[tuple[str, str]]:
    """(dimension, member code) pairs of a cell's key. Raises CellRefused."""
    found = []
    for part in key.split(";"):
        name, equals, code = (piece.strip() for piece in part.partition("="))
        if not (name and equals and code) or len(code) > LONGEST_PART or len(name) > LONGEST_PART:
            raise CellRefused(
                _("Write the cell as total, or as dimension=code, like region=north."),
                fields={"cell": str(_("Write total or dimension=code."))},
            )
        found.append((name, code))
    if len({name for name, _code in found}) < len(found) or len(key) > LONGEST_KEY:
        raise CellRefused(
            _("Name each dimension of a cell once, in 200 characters at most."),
            fields={"cell": str(_("Name each dimension once."))},
        )
    return found


def _cells(programme_id: int, labels: Mapping[str, str | None]) -> dict[str, Cell]:
    """Cells by key; missing ones are made with their dimensions and members."""
    known = Cell.objects.filter(programme_id=programme_id, key__in=labels)
    found = {cell.key: cell for cell in known}
    missing = [key for key in labels if key not in found]
    if not missing:
        return found
    members = _members(
        programme_id, {pair for key in missing if key != TOTAL for pair in parts(key)}
    )
    Cell.objects.bulk_create(
        (
            Cell(
                programme_id=programme_id,
                key=key,
                label=labels[key] or _label(key, members),
                **days_of([members[pair] for pair in parts(key)] if key != TOTAL else []),
            )
            for key in missing
        ),
        ignore_conflicts=True,
    )
    fresh = {c.key: c for c in Cell.objects.filter(programme_id=programme_id, key__in=missing)}
    CellMember.objects.bulk_create(
        (
            CellMember(cell=fresh[key], member=members[pair])
            for key in missing
            if key != TOTAL
            for pair in parts(key)
        ),
        ignore_conflicts=True,
    )
    return found | fresh


def days_of(members: Iterable[Member]) -> dict[str, date | None]:
    """From when until when a cell exists: as long as all its members do."""
    some = list(members)
    return {
        "starts_on": max(filter(None, (each.starts_on for each in some)), default=None),
        "ends_on": min(filter(None, (each.ends_on for each in some)), default=None),
    }


def _members(programme_id: int, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], Member]:
    if not pairs:
        return {}
    names = {name for name, _code in pairs}
    Dimension.objects.bulk_create(
        (Dimension(programme_id=programme_id, name=name) for name in sorted(names)),
        ignore_conflicts=True,
    )
    dimensions = {
        d.name: d for d in Dimension.objects.filter(programme_id=programme_id, name__in=names)
    }
    Member.objects.bulk_create(
        (Member(dimension=dimensions[name], code=code, name=code) for name, code in sorted(pairs)),
        ignore_conflicts=True,
    )
    rows = Member.objects.filter(
        Q(dimension__in=dimensions.values()), code__in={code for _name, code in pairs}
    ).select_related("dimension")
    return {(m.dimension.name, m.code): m for m in rows}


def _label(key: str, members: Mapping[tuple[str, str], Member]) -> str:
    if key == TOTAL:
        return str(_("Total"))
    return ", ".join(members[pair].name for pair in parts(key))
