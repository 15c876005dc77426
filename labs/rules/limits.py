"""How much a revision changes, which limits that exceeds, and who then decides it.

Amounts are per cent (of what a budget line or an initiative plans) and days (by which a
date moves). They are measured from what a forum decided last: several small steps that
were only recorded count together.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labs.rules import parts
from labs.rules.revisions import (
    ANSWER,
    BUDGET_LINE,
    COMMITMENT,
    DEPENDENCY,
    INITIATIVE,
    MILESTONE,
    PATH,
    TARGET,
    TITLE,
    Change,
    Content,
    Fields,
    PartId,
)

BUDGET, DAYS, GOAL = "budget", "days", "goal"
KINDS = (BUDGET, DAYS, GOAL)
DEFAULTS = {BUDGET: Decimal(20), DAYS: Decimal(90), GOAL: Decimal(0)}
WHOLE = Decimal(100)  # what comes or goes altogether
MONEY = {BUDGET_LINE: "planned", INITIATIVE: "budget"}


@dataclass(frozen=True)
class Limit:
    """Over ``over`` (per cent, days; 0 for goals) the forum ``decides`` decides."""

    kind: str
    over: Decimal
    decides: int


@dataclass(frozen=True)
class Reach:
    """How far one part or field is changed. ``amount`` None: a goal, or a date given up."""

    kind: str
    part: str
    key: uuid.UUID
    field: str
    title: str
    amount: Decimal | None


@dataclass(frozen=True)
class Exceeded:
    """A reach and the limit that it exceeds."""

    reach: Reach
    limit: Limit


def complete(limits: Iterable[Limit], forum: int) -> list[Limit]:
    """The limits of a steering forum; of a kind without any, the default to itself."""
    given = list(limits)
    kinds = {limit.kind for limit in given}
    return [*given, *(Limit(kind, DEFAULTS[kind], forum) for kind in KINDS if kind not in kinds)]


def reaches(changes: Iterable[Change], since: Content, after: Content) -> list[Reach]:
    """What ``changes`` reach, measured from ``since`` (as last decided) to ``after``."""
    found: list[Reach] = []
    seen: set[tuple[str, uuid.UUID]] = set()
    for change in changes:
        if change.touches == GOAL:
            title = _title(change, since, after)
            found.append(Reach(GOAL, change.part, change.key, change.field, title, None))
        elif change.part_id not in seen:
            seen.add(change.part_id)
            old, new = since.get(change.part_id), after.get(change.part_id)
            found += _money(change, old, new, since, after)
            found += _days(change, old, new, since, after)
    return found


def _title(change: Change, since: Content, after: Content) -> str:
    fields = after.get(change.part_id) or since.get(change.part_id) or {}
    return str(fields.get(TITLE, ""))


def _money(
    change: Change, old: Fields | None, new: Fields | None, since: Content, after: Content
) -> Iterator[Reach]:
    name = MONEY.get(change.part)
    if name is None:
        return
    amount = per_cent((old or {}).get(name), (new or {}).get(name))
    if old is not None and new is not None and _not_comparable(old, new):
        amount = WHOLE
    if amount:
        title = _title(change, since, after)
        yield Reach(BUDGET, change.part, change.key, name, title, amount)


def _not_comparable(old: Fields, new: Fields) -> bool:
    """Whether the amounts are of another currency or year: then a new line stands there."""
    return any(old.get(name) != new.get(name) for name in ("currency", "year"))


def per_cent(before: str | None, after: str | None) -> Decimal:
    """By how many per cent an amount changes, signed; from or to nothing is 100."""
    old, new = Decimal(before or 0), Decimal(after or 0)
    if old == new:
        return Decimal(0)
    if old == 0:
        return WHOLE
    return (new - old) * 100 / old


def _days(
    change: Change, old: Fields | None, new: Fields | None, since: Content, after: Content
) -> Iterator[Reach]:
    """Dates of a part that was there; one that is given up moves out of sight.

    So does the day of a part that is taken out: else it could come back as a new part
    with any day.
    """
    if old is None:
        return
    for rule in parts.SCHEMA[change.part]:
        before, now = old.get(rule.name), (new or {}).get(rule.name)
        if rule.kind is not parts.Kind.DATE or before is None or before == now:
            continue
        amount = None if now is None else moved(before, now)
        title = _title(change, since, after)
        yield Reach(DAYS, change.part, change.key, rule.name, title, amount)


def moved(before: str, after: str) -> Decimal:
    """By how many days a date moves; later is positive."""
    return Decimal((date.fromisoformat(after) - date.fromisoformat(before)).days)


def exceeded(found: Iterable[Reach], limits: Iterable[Limit]) -> list[Exceeded]:
    """Each reach with the highest limit it exceeds; what stays within all is left out.

    What has no amount exceeds the lowest limit of its kind.
    """
    known = sorted(limits, key=lambda limit: limit.over)
    over: list[Exceeded] = []
    for reach in found:
        same = [limit for limit in known if limit.kind == reach.kind]
        if reach.amount is None:
            passed = same[:1]
        else:
            passed = [limit for limit in same if abs(reach.amount) > limit.over]
        if passed:
            over.append(Exceeded(reach, passed[-1]))
    return over


def highest(forums: Iterable[int], ladder: list[int]) -> int:
    """Of these forums the one highest on the ladder, which starts with the steering forum.

    A forum that is not on the ladder (any more) gives way to the steering forum.
    """
    rungs = [ladder.index(forum) for forum in forums if forum in ladder]
    return ladder[max(rungs, default=0)]


def of_ended_periods(changes: Iterable[Change], on: date) -> list[Change]:
    """The changes of targets whose period was over before ``on``."""
    return [
        change
        for change in changes
        if change.part == TARGET
        and change.field != PATH
        and date.fromisoformat(change.field.partition("/")[2]) < on
    ]


def answers_for(part: str, key: uuid.UUID, content: Content) -> set[int]:
    """The posts that lead or own a part of a plan: its initiative's lead, its step's owner."""
    fields = content.get((part, key))
    if fields is None:
        return set()
    own = {int(fields[name]) for name in ("lead", "owner") if fields.get(name)}
    above = _above(part, fields)
    return own | (answers_for(*above, content) if above else set())


def _above(part: str, fields: Fields) -> PartId | None:
    """The part that a part hangs on; None where no post answers for that (goals)."""
    if part == DEPENDENCY:
        return MILESTONE, uuid.UUID(fields["milestone_key"])
    return (INITIATIVE, uuid.UUID(fields["initiative_key"])) if part in _BELOW else None


_BELOW = (MILESTONE, BUDGET_LINE, COMMITMENT, ANSWER)


def owns_all(
    posts: Iterable[int], changes: Iterable[Change], before: Content, after: Content
) -> bool:
    """Whether one of ``posts`` answers for every part changed, as it is and as it would be.

    What is new, or hangs on another part than before, is for who answers for that part:
    nobody takes a step over by recording that it is theirs, or hands theirs on.
    """
    held = set(posts)
    return bool(held) and all(
        held & each
        for part_id in dict.fromkeys(change.part_id for change in changes)
        for each in _answering(part_id, before, after)
    )


def _answering(part_id: PartId, before: Content, after: Content) -> Iterator[set[int]]:
    old, new = before.get(part_id), after.get(part_id)
    if old is not None:
        yield answers_for(*part_id, before)
    if new is not None:
        above = _above(part_id[0], new)
        if old is None or above != _above(part_id[0], old):
            yield answers_for(*above, after) if above else set()
        yield answers_for(*part_id, after)
