"""Obstacles and missing links of a programme: named, ranked, answered, out of the way.

They warn and never block. What answers one is written in the app above, which marks it
here as being answered.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, Obstacle, Programme, ReferenceItem, ResultArea
from labs.rules import ranks
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation

State = Obstacle.State


class ObstacleRefused(Refused):
    message = _("The obstacle cannot be kept like this. Mend what is marked.")
    code = "obstacle"


class ObstacleMoved(Refused):
    message = _("Its state changed meanwhile. Look at it again before you go on.")
    code = "obstacle_moved"


@transaction.atomic
def name(
    *,
    programme: Programme,
    title: str,
    named_by: str,
    text: str = "",
    kind: ReferenceItem | None = None,
    is_gap: bool = False,
    area: ResultArea | None = None,
    lab: Lab | None = None,
    organisation: Organisation | None = None,
    by: Actor,
    at: datetime,
) -> Obstacle:
    """Name something in the way; it stands last in the ranking until it is moved.

    Raises ObstacleRefused, ProgrammeClosed.
    """
    _require_open(programme)
    area = area or (lab.area if lab else None)
    if area is not None and area.programme_id != programme.pk:
        raise ObstacleRefused(fields={"area": _("Choose an area of this programme.")})
    if lab is not None and area is not None and lab.area_id != area.pk:
        raise ObstacleRefused(fields={"lab": _("This lab belongs to another result area.")})
    title = _title(title)
    if programme.obstacles.exclude(state=State.GONE).filter(title=title, lab=lab).exists():
        raise ObstacleRefused(fields={"title": _("This is named already. Add to that entry.")})
    obstacle = Obstacle.objects.create(
        programme=programme,
        area=area,
        lab=lab,
        title=title,
        text=text.strip(),
        kind=kind,
        is_gap=is_gap,
        named_by=named_by,
        organisation=organisation,
        rank=_last(programme) + 1,
        at=at,
        **Obstacle.fields_of(by),
    )
    data = {"area": area.pk if area else None, "lab": lab.pk if lab else None, "gap": is_gap}
    _record("obstacle.named", obstacle, by, at, data, {"title": obstacle.title})
    return obstacle


@transaction.atomic
def change(
    *,
    obstacle: Obstacle,
    title: str,
    text: str = "",
    kind: ReferenceItem | None = None,
    is_gap: bool = False,
    by: Actor,
    at: datetime,
) -> Obstacle:
    """Say it better. Raises ObstacleRefused, ProgrammeClosed."""
    _require_open(obstacle.programme)
    obstacle.title, obstacle.text = _title(title), text.strip()
    obstacle.kind, obstacle.is_gap = kind, is_gap
    obstacle.save(update_fields=["title", "text", "kind", "is_gap"])
    texts = {"title": obstacle.title, "text": obstacle.text}
    _record("obstacle.changed", obstacle, by, at, {"gap": is_gap}, texts)
    return obstacle


@transaction.atomic
def move(*, obstacle: Obstacle, up: bool, by: Actor, at: datetime) -> Obstacle:
    """Move it one place in the ranking of its programme; one event. Raises ObstacleMoved."""
    _require_open(obstacle.programme)
    _hold(obstacle.programme)
    before = list(_ranked(obstacle.programme))
    if obstacle.pk not in {each.pk for each in before}:
        raise ObstacleMoved
    order = [each.pk for each in before]
    after = ranks.moved(order, obstacle.pk, up=up)
    if after != order:
        _renumber(before, after)
        rank = after.index(obstacle.pk) + 1
        _record("obstacle.ranked", obstacle, by, at, {"rank": rank}, {})
    obstacle.refresh_from_db()
    return obstacle


@transaction.atomic
def end(*, obstacle: Obstacle, because: str, by: Actor, at: datetime) -> Obstacle:
    """It is out of the way, with the reason; those below move up. Raises ObstacleMoved."""
    _require_open(obstacle.programme)
    because = because.strip()
    if not because:
        raise ObstacleRefused(fields={"because": _("Say why it is out of the way.")})
    _hold(obstacle.programme)
    alive = Obstacle.objects.filter(pk=obstacle.pk).exclude(state=State.GONE)
    if alive.update(state=State.GONE, ended_because=because, rank=0) != 1:
        raise ObstacleMoved
    rest = list(_ranked(obstacle.programme))
    _renumber(rest, [each.pk for each in rest])
    _record("obstacle.gone", obstacle, by, at, {}, {"because": because})
    obstacle.refresh_from_db()
    return obstacle


@transaction.atomic
def reopen(*, obstacle: Obstacle, because: str, by: Actor, at: datetime) -> Obstacle:
    """It is in the way again, last in the ranking. Raises ObstacleRefused, ObstacleMoved."""
    _require_open(obstacle.programme)
    because = because.strip()
    if not because:
        raise ObstacleRefused(fields={"because": _("Say why it is in the way again.")})
    _hold(obstacle.programme)
    gone = Obstacle.objects.filter(pk=obstacle.pk, state=State.GONE)
    changed = gone.update(state=State.OPEN, ended_because="", rank=_last(obstacle.programme) + 1)
    if changed != 1:
        raise ObstacleMoved
    _record("obstacle.reopened", obstacle, by, at, {}, {"because": because})
    obstacle.refresh_from_db()
    return obstacle


@transaction.atomic
def mark_answered(*, obstacle: Obstacle, by: Actor, at: datetime) -> Obstacle:
    """Something answers it now. Called by who writes the answer; twice changes nothing."""
    moved = Obstacle.objects.filter(pk=obstacle.pk, state=State.OPEN).update(state=State.ANSWERED)
    if moved:
        _record("obstacle.answered", obstacle, by, at, {}, {})
    obstacle.refresh_from_db()
    return obstacle


def _require_open(programme: Programme) -> None:
    if programme.is_closed:
        raise ProgrammeClosed


def _title(title: str) -> str:
    title = title.strip()
    if not title or len(title) > 200:
        raise ObstacleRefused(fields={"title": _("Write what is in the way, in 200 characters.")})
    return title


def _hold(programme: Programme) -> None:
    """Take the programme's row, so that two rankings at once come one after the other."""
    Programme.objects.filter(pk=programme.pk).update(name=F("name"))


def _last(programme: Programme) -> int:
    return programme.obstacles.aggregate(last=Max("rank"))["last"] or 0


def _ranked(programme: Programme) -> Any:
    return programme.obstacles.exclude(state=State.GONE).order_by("rank", "pk")


def _renumber(rows: list[Obstacle], order: list[int]) -> None:
    places = ranks.ranks(order)
    changed = [each for each in rows if each.rank != places[each.pk]]
    for each in changed:
        each.rank = places[each.pk]
    Obstacle.objects.bulk_update(changed, ["rank"])


def _record(
    verb: str,
    obstacle: Obstacle,
    by: Actor,
    at: datetime,
    data: dict[str, Any],
    texts: dict[str, str],
) -> None:
    events.record(
        verb=verb,
        subject=obstacle,
        by=by,
        at=at,
        data=data,
        texts=texts,
        programme_id=obstacle.programme_id,
        restricted=bool(obstacle.lab and obstacle.lab.restricted_to.exists()),
    )
