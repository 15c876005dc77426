"""When each step can end at the earliest and must end at the latest, by what comes first.

Forward: a step begins on its planned day, but not before everything that comes first has
ended. Backward: it must end before whatever waits for it must begin. Slack is the room
between the two; steps without any make the critical path (Kelley and Walker 1959). Linear
in steps and waits; steps in a circle have no order and are left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Task:
    """A step with its planned days; a missing start is its finish, and the other way round."""

    key: uuid.UUID
    starts_on: date | None
    finishes_on: date | None
    waits_for: tuple[uuid.UUID, ...] = ()
    done: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """``begins`` and ``ends``: as early as can be. ``slack``: days to spare until all else moves."""

    key: uuid.UUID
    begins: date
    ends: date
    planned: date
    slack: int

    @property
    def pushed(self) -> int:
        """By how many days what comes first pushes the step past its planned finish."""
        return max(0, (self.ends - self.planned).days)


@dataclass(frozen=True)
class Schedule:
    """``path``: the critical steps in order. ``undated``, ``circular``: steps left out."""

    steps: Mapping[uuid.UUID, Timed]
    ends: date | None
    path: tuple[uuid.UUID, ...]
    undated: tuple[uuid.UUID, ...]
    circular: tuple[uuid.UUID, ...]


def schedule(tasks: Iterable[Task]) -> Schedule:
    """The earliest and latest days of every step, and the path that decides the end."""
    every = {task.key: task for task in tasks}
    dated = {key: task for key, task in every.items() if task.starts_on or task.finishes_on}
    order, after = _ordered(dated)
    early: dict[uuid.UUID, tuple[date, date]] = {}
    for key in order:
        early[key] = _early(dated[key], early)
    end = max((ends for _begins, ends in early.values()), default=None)
    late: dict[uuid.UUID, date] = {}  # the latest day on which the step may end
    for key in reversed(order):
        limits = [late[other] - (early[other][1] - early[other][0]) - DAY for other in after[key]]
        late[key] = min([end, *limits]) if end is not None else early[key][1]
    timed = {
        key: Timed(key, *early[key], _finish(dated[key]), (late[key] - early[key][1]).days)
        for key in order
    }
    return Schedule(
        steps=timed,
        ends=end,
        path=_path(dated, timed, end),
        undated=tuple(key for key in every if key not in dated),
        circular=tuple(key for key in dated if key not in timed),
    )


def _finish(task: Task) -> date:
    found = task.finishes_on or task.starts_on
    assert found is not None
    return found


def _ordered(
    tasks: Mapping[uuid.UUID, Task],
) -> tuple[list[uuid.UUID], dict[uuid.UUID, list[uuid.UUID]]]:
    """The steps so that whatever comes first stands first (Kahn), and who waits for each."""
    after: dict[uuid.UUID, list[uuid.UUID]] = {key: [] for key in tasks}
    left = dict.fromkeys(tasks, 0)
    for key, task in tasks.items():
        for first in set(task.waits_for):
            if first in after:
                after[first].append(key)
                left[key] += 1
    order = [key for key, count in left.items() if not count]
    for key in order:  # grows while it is walked
        for other in after[key]:
            left[other] -= 1
            if not left[other]:
                order.append(other)
    placed = set(order)
    return order, {key: [each for each in after[key] if each in placed] for key in order}


def _early(task: Task, early: Mapping[uuid.UUID, tuple[date, date]]) -> tuple[date, date]:
    start = task.starts_on or _finish(task)
    length = max(_finish(task) - start, timedelta(0))
    if not task.done:
        for first in task.waits_for:
            if first in early:
                start = max(start, early[first][1] + DAY)
    return start, start + length


def _path(
    tasks: Mapping[uuid.UUID, Task], timed: Mapping[uuid.UUID, Timed], end: date | None
) -> tuple[uuid.UUID, ...]:
    """Back from the step that ends last, each time to what it had to wait for longest."""
    if end is None:
        return ()
    here: uuid.UUID | None = min((key for key, each in timed.items() if each.ends == end), key=str)
    path: list[uuid.UUID] = []
    while here is not None:
        path.append(here)
        first = [timed[key] for key in tasks[here].waits_for if key in timed]
        tight = [each for each in first if each.ends + DAY >= timed[here].begins]
        here = max(tight, key=lambda each: (each.ends, str(each.key))).key if tight else None
    return tuple(reversed(path))
