"""Several sources for one period: which of them counts.

``settle`` keeps the pointers as kpis.rules.sources says; ``choose`` is a person's word,
which no list of sources moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.models import Choice, LiveReading, Reading, Series, SourceRank
from kpis.rules.periods import Period
from kpis.rules.sources import Candidate, counts
from kpis.selectors import locks
from kpis.services.readings import checks
from kpis.services.readings.after import NotLive, after, check_reason
from ledger.rules.actors import Actor
from people.models import Act

CHUNK = 500
Place = tuple[int, date, date]


@dataclass(slots=True)
class RankedSources:
    """A KPI's list of sources: the rank of each by its id."""

    kpi_id: int
    programme_id: int
    ranks: dict[int, int] = field(default_factory=dict)


class AlreadyCurrent(checks.ReadingRefused):
    code = "already_current"
    message = _("This source is the one that counts already.")


def choose(*, reading: Reading, reason: str, by: Actor, at: datetime) -> Reading:
    """Let this live reading count for its period instead of another source's.

    Raises NotLive, AlreadyCurrent, PeriodLocked or ReasonMissing.
    """
    with transaction.atomic():
        check_reason(reason)
        checks.check_open(reading.series)
        checks.check_unlocked(reading.series, Period(reading.period_start, reading.period_end))
        pointer = LiveReading.objects.filter(reading=reading).first()
        if pointer is None:
            raise NotLive
        if pointer.is_current and pointer.chosen:
            raise AlreadyCurrent
        others = _same_period(reading)
        if pointer.is_current and others.count() == 1:
            raise AlreadyCurrent
        others.exclude(pk=pointer.pk).update(is_current=False, chosen=False)
        chosen = LiveReading.objects.filter(pk=pointer.pk, reading=reading)
        if chosen.update(is_current=True, chosen=True) != 1:
            raise NotLive
        Choice.objects.create(reading=reading, reason=reason.strip(), at=at, **Act.fields_of(by))
        after(reading, "reading.chosen", by, at, reason)
        return reading


def settle(*, series_ids: Iterable[int], since: date | None = None) -> set[int]:
    """Let the source count that stands first in its KPI's list; the series in which one moved.

    What a person chose stays, and so does what is locked. One query when no KPI concerned
    has such a list; else a constant number per 500 series.
    """
    wanted = sorted(set(series_ids))
    moved: set[int] = set()
    for start in range(0, len(wanted), CHUNK):
        lists = _lists(wanted[start : start + CHUNK])
        if lists:
            moved |= _settle(lists, since)
    return moved


def promote(reading: Reading) -> None:
    """After a value was taken back: another source of its period counts, if there is one."""
    pointers = list(_same_period(reading).select_related("reading"))
    if pointers and not any(pointer.is_current for pointer in pointers):
        rows = SourceRank.objects.filter(kpi__definitions__series=reading.series_id)
        winner = counts(_candidates(pointers, dict(rows.values_list("source", "rank"))))
        if winner is not None:
            LiveReading.objects.filter(pk=winner.key).update(is_current=True)


def _lists(series_ids: list[int]) -> dict[int, RankedSources]:
    """The list of sources of each of these series that has one."""
    rows = SourceRank.objects.filter(kpi__definitions__series__in=series_ids).values_list(
        "kpi__definitions__series", "kpi", "kpi__area__programme", "source", "rank"
    )
    found: dict[int, RankedSources] = {}
    for series_id, kpi_id, programme_id, source_id, rank in rows:
        known = found.setdefault(series_id, RankedSources(kpi_id, programme_id))
        known.ranks[source_id] = rank
    wanted = set(series_ids)
    return {series_id: each for series_id, each in found.items() if series_id in wanted}


def _settle(lists: dict[int, RankedSources], since: date | None) -> set[int]:
    """Hold the series, look at their periods with several sources, move what must move."""
    held = Series.objects.select_for_update(no_key=True).filter(pk__in=lists).order_by("pk")
    list(held.values_list("pk", flat=True))
    pointers = LiveReading.objects.filter(series__in=lists)
    if since is not None:
        pointers = pointers.filter(period_start__gte=since)
    places = (
        pointers.order_by()
        .values_list("series", "period_start", "period_end")
        .annotate(sources=Count("pk"))
        .filter(sources__gt=1)
    )
    contested = {(series, start, end) for series, start, end, _count in places}
    if not contested:
        return set()
    locked = locks.locks_of(each.programme_id for each in lists.values())
    by_place: dict[Place, list[LiveReading]] = defaultdict(list)
    rows = pointers.filter(series__in={series for series, _start, _end in contested})
    for pointer in rows.select_related("reading"):
        place = (pointer.series_id, pointer.period_start, pointer.period_end)
        of = lists[pointer.series_id]
        if place in contested and locks.lock_on(locked, of.kpi_id, pointer.period_end) is None:
            by_place[place].append(pointer)
    return _move(by_place, lists)


def _move(by_place: dict[Place, list[LiveReading]], lists: dict[int, RankedSources]) -> set[int]:
    down: list[int] = []
    up: list[int] = []
    moved = set()
    for (series_id, _start, _end), pointers in by_place.items():
        winner = counts(_candidates(pointers, lists[series_id].ranks))
        now = next((pointer for pointer in pointers if pointer.is_current), None)
        if winner is None or (now is not None and winner.key == now.pk):
            continue
        if now is not None:
            down.append(now.pk)
        up.append(winner.key)
        moved.add(series_id)
    for keys, current in ((down, False), (up, True)):
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            LiveReading.objects.filter(pk__in=part).update(is_current=current)
    return moved


def _candidates(pointers: Iterable[LiveReading], ranks: dict[int, int]) -> list[Candidate]:
    return [
        Candidate(
            key=pointer.pk,
            at=pointer.reading.at,
            rank=ranks.get(pointer.source_id),
            chosen=pointer.chosen,
            current=pointer.is_current,
        )
        for pointer in pointers
    ]


def _same_period(reading: Reading) -> QuerySet[LiveReading]:
    return LiveReading.objects.filter(
        series_id=reading.series_id,
        period_start=reading.period_start,
        period_end=reading.period_end,
    )
