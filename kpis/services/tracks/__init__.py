"""Tracks: the values that detection reads, packed beside each series.

Whoever writes pointers to readings says so with ``changed``, in the same
transaction: it marks the series, which holds its row, so that two writers rebuild
one after the other, and packs anew what is current then. A track says nothing that
its rows do not say; ``differing`` tells where one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kpis.models import HandStatus, Series, Track
from kpis.services import composite_marks
from kpis.services import series as series_service
from kpis.services.statements import ids, rows, upsert
from kpis.services.tracks.packing import FIELDS, Whole, packed, whole

__all__ = ["Whole", "build_all", "changed", "differing", "ensure", "rebuild", "whole"]

CHUNK = 2000
WITHOUT = """
SELECT w.id FROM $ids w
JOIN kpis_series s ON s.id = w.id
LEFT JOIN kpis_track t ON t.series_id = w.id
WHERE t.series_id IS NULL
"""


def changed(
    *, series_ids: Iterable[int], at: datetime, since: date | None = None, news: bool = True
) -> None:
    """The current values of these series changed, from the period that starts on ``since`` on.

    Asks for detection, packs the tracks anew and, where the change is a new value
    (``news``), lets statuses set by hand lapse. Call it after the rows were written, in
    their transaction.
    """
    concerned = sorted(set(series_ids))
    series_service.touch(series_ids=concerned, at=at, since=since)
    if news:
        by_hand = HandStatus.objects.filter(series__in=concerned, lapsed_at=None)
        by_hand.update(lapsed_at=at)
    composite_marks.ask(concerned)
    rebuild(concerned)


def rebuild(series_ids: Iterable[int]) -> None:
    """Pack the tracks of these series anew from their rows. In a transaction that holds them."""
    wanted = sorted(set(series_ids))
    for start in range(0, len(wanted), CHUNK):
        upsert(Track, FIELDS, packed(wanted[start : start + CHUNK]))


def ensure(series_ids: Iterable[int]) -> None:
    """Pack the tracks that are not there: of series written before there were tracks, or just made."""
    rebuild(pk for (pk,) in rows(WITHOUT, ids(series_ids)))


def build_all() -> int:
    """Pack every track anew, so many to a transaction; how many there are."""
    wanted = list(Series.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(wanted), CHUNK):
        with transaction.atomic():
            held = series_service.hold(wanted[start : start + CHUNK])
            upsert(Track, FIELDS, packed(held, anew=True))
    return len(wanted)


def differing(series_ids: Iterable[int] | None = None) -> list[int]:
    """The series whose track does not say what its rows say."""
    every = Series.objects.order_by("pk").values_list("pk", flat=True)
    wanted = list(every) if series_ids is None else sorted(set(series_ids))
    found = []
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        stored = Track.objects.filter(pk__in=some).values_list(*FIELDS)
        kept = {row[0]: _plain(row) for row in stored}
        found += [
            row[0]
            for row in packed(some, anew=True)
            if kept.get(row[0]) != row and (row[0] in kept or row[2] or row[3])
        ]
    return found


def _plain(row: Sequence[Any]) -> tuple[Any, ...]:
    """A stored track as ``packed`` gives it."""
    return tuple(bytes(cell) if isinstance(cell, (memoryview, bytes)) else cell for cell in row)
