"""What a slice of series owes: periods whose value is missing, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog

from kpis.rules.due import Standing, standing
from kpis.rules.portfolio import Bools, Ints
from kpis.rules.schedule import Schedule, of_part
from kpis.services.detection import asking
from kpis.services.detection.slices import Slice
from kpis.services.statements import day_number, day_of
from ledger.rules.errors import Refused

log = structlog.get_logger(__name__)

SHARED = (
    *("programme", "frequency", "reporting_days", "effect_from", "reporting_from"),
    *("retired_on", "part_from", "part_until", "replaced"),
)
NEVER = 10**7


@dataclass(slots=True)
class Owing:
    """Missing periods as pairs ``of``, ``ordinal`` in order; ``graced`` where the grace passed too.

    ``check_on`` (S,) is the day on which time alone changes something, NEVER where none
    does. ``failed`` (S,) are series whose schedule cannot be reckoned.
    """

    of: Ints
    ordinal: Ints
    graced: Bools
    check_on: Ints
    failed: Bools
    schedules: list[Schedule]
    schedule_of: Ints


def owe(some: Slice, grace: Ints) -> Owing:
    """What each series owes today; ``grace`` (S,) are working days. Closed programmes owe nothing."""
    schedules, schedule_of, found, failed = _standings(some, grace)
    bounds = np.array(
        [
            (0, -1, -1, -1, NEVER)
            if each is None
            else (
                *(each.first, each.last, each.late_through, each.graced_through),
                NEVER if each.next_look is None else day_number(each.next_look),
            )
            for each in found
        ],
        np.int64,
    )[schedule_of]
    first, last, late, graced, check_on = (column.copy() for column in bounds.T)
    of, ordinal = _unreported(some, first, last)
    _look_again(some, found, schedule_of, of, ordinal, check_on)
    missing = ordinal <= late[of]
    of, ordinal = of[missing], ordinal[missing]
    return Owing(of, ordinal, ordinal <= graced[of], check_on, failed, schedules, schedule_of)


def _standings(
    some: Slice, grace: Ints
) -> tuple[list[Schedule], Ints, list[Standing | None], Bools]:
    """Each different schedule once, which series go by it, and where it stands."""
    numbers: dict[tuple[Any, ...], int] = {}
    columns = [some.columns[name] for name in SHARED]
    of = [
        numbers.setdefault(key, len(numbers)) for key in zip(*columns, grace.tolist(), strict=True)
    ]
    schedule_of = np.array(of, np.int64)
    schedules: list[Schedule] = []
    found: list[Standing | None] = []
    broken = np.zeros(len(numbers), bool)
    for key, number in numbers.items():
        shared, days = dict(zip(SHARED, key[:-1], strict=True)), key[-1]
        schedule = schedule_from(some, shared)
        schedules.append(schedule)
        found.append(None)
        if some.programmes[shared["programme"]].is_closed:
            continue
        try:
            today = day_of(some.today[of.index(number)])
            found[number] = standing(schedule, today, days)
        except (Refused, ArithmeticError, LookupError, TypeError, ValueError):
            broken[number] = True
    return schedules, schedule_of, found, broken[schedule_of]


def schedule_from(some: Slice, shared: Mapping[str, Any]) -> Schedule:
    """A schedule as the rules take it; a definition that was replaced owes nothing more."""
    programme = some.programmes[shared["programme"]]
    days = {
        name: None if shared[name] is None else day_of(shared[name])
        for name in ("effect_from", "reporting_from", "retired_on", "part_from", "part_until")
    }
    replaced = bool(shared["replaced"])
    schedule = Schedule(
        frequency=shared["frequency"],
        fiscal_start=programme.fiscal_year_start,
        effect_from=None if replaced else days["effect_from"],
        reporting_from=None if replaced else days["reporting_from"],
        programme_until=programme.ends_on,
        closed_on=days["retired_on"],
        lag_working_days=shared["reporting_days"],
        holidays=some.calendars.days_off(programme.pk),
    )
    return of_part(schedule, days["part_from"], days["part_until"])


def _unreported(some: Slice, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Periods from ``first`` to ``last`` of each series that have no value, in order."""
    points, runs = some.portfolio, _runs(some)
    within = (points.ordinal >= first[points.of]) & (points.ordinal <= last[points.of])
    have = np.bincount(points.of[within], minlength=len(first))
    owner, begins, ends = runs
    covered = np.minimum(ends, last[owner]) - np.maximum(begins, first[owner]) + 1
    np.add.at(have, owner, np.maximum(covered, 0))
    asked = np.maximum(last - first + 1, 0)
    lacking = np.flatnonzero(have < asked)
    counts = asked[lacking]
    of = np.repeat(lacking, counts)
    ordinal = np.arange(len(of)) + np.repeat(first[lacking] - (np.cumsum(counts) - counts), counts)
    wanted, known = asking.keys(of, ordinal), asking.keys(points.of, points.ordinal)
    at = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    absent = known[at] != wanted if len(known) else np.ones(len(wanted), bool)
    if len(owner):
        at = np.searchsorted(asking.keys(owner, begins), wanted, "right") - 1
        absent &= (at < 0) | (owner[at] != of) | (ordinal > ends[at])
    return of[absent], ordinal[absent]


def _runs(some: Slice) -> tuple[Ints, Ints, Ints]:
    """Stretches of periods that have a value before the tracks begin: series, first, last ordinal."""
    packed = [
        (series, cell)
        for series, cell in enumerate(some.columns["earlier"])
        if cell and some.since[series] >= asking.FIRST_DAY
    ]
    owner = np.repeat([series for series, _cell in packed], [len(c) // 8 for _s, c in packed])
    owner = owner.astype(np.int64)
    days = np.frombuffer(b"".join(cell for _series, cell in packed), "<i4").reshape(-1, 2)
    begins, ends = (
        asking.ordinals_of(column.astype(np.int64), some.frequency[owner], some.fiscal[owner])
        for column in days.T
    )
    return owner, begins, ends


def _look_again(
    some: Slice,
    found: list[Standing | None],
    schedule_of: Ints,
    of: Ints,
    ordinal: Ints,
    check_on: Ints,
) -> None:
    """Note in ``check_on`` the first day on which a value that is waited for will be late."""
    graced = np.array([NEVER if each is None else each.graced_through for each in found])
    waiting = ordinal > graced[schedule_of[of]]
    for series, period in zip(of[waiting].tolist(), ordinal[waiting].tolist(), strict=True):
        stands = found[schedule_of[series]]
        assert stands is not None
        for day in map(day_number, stands.looks[period]):
            if some.today[series] < day < check_on[series]:
                check_on[series] = day
