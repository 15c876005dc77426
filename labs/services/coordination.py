"""What several owners must sort out: circular waits and overlaps, each opened once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labs.models import Coordination, Plan
from labs.rules import waits
from labs.selectors import overlaps
from labs.selectors import waits as selectors
from labs.selectors.waits import Part
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Post
from people.models.access import Role
from people.selectors import people

BY = Actor.system("find what needs coordinating")
CIRCLE, OVERLAP = Coordination.Kind.CIRCLE, Coordination.Kind.OVERLAP


class NotOpen(Refused):
    message = gettext_lazy("This has been closed already. Its page shows why.")
    code = "coordination_closed"


class NeedsReason(Refused):
    message = gettext_lazy("Say what was agreed, or why there is nothing to do.")
    code = "coordination_reason"


class NeedsPerson(Refused):
    message = gettext_lazy("Only a person closes this: sign in and say why.")
    code = "coordination_person"


class NoSuchPost(Refused):
    message = gettext_lazy("Choose a post that somebody holds today.")
    code = "coordinator"


@dataclass(frozen=True)
class Counts:
    """What one search brought: opened anew, opened again, no longer there."""

    opened: int = 0
    reopened: int = 0
    gone: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.opened + other.opened, self.reopened + other.reopened, self.gone + other.gone
        )


@transaction.atomic
def find(*, at: datetime, by: Actor = BY) -> Counts:
    """Open one item per circular wait and per overlap that has none. Twice adds nothing.

    What is no longer there is marked so, and stays open until somebody closes it with a
    reason. What was closed, went away and is there again is opened again.
    """
    return _circles(at, by) + _overlaps(at, by)


def _circles(at: datetime, by: Actor) -> Counts:
    network = selectors.network()
    graph = network.graph()
    kept = list(Coordination.objects.filter(kind=CIRCLE))
    standing = [item for item in kept if waits.holds(graph, selectors.nodes_of(item.parts))]
    counts = _follow(kept, {item.pk for item in standing}, at, by)
    known = {node for item in standing for node in selectors.nodes_of(item.parts)}
    new = [
        waits.shortest(graph, part) for part in waits.components(graph) if known.isdisjoint(part)
    ]
    for parts in selectors.described(network, new):
        counts += _open(CIRCLE, parts, at, by)
    return counts


def _overlaps(at: datetime, by: Actor) -> Counts:
    found = overlaps.find(at.date())
    marks = {selectors.mark_of(pair): pair for pair in found.pairs}
    kept = list(Coordination.objects.filter(kind=OVERLAP))
    counts = _follow(kept, {item.pk for item in kept if item.mark in marks}, at, by)
    known = {item.mark for item in kept}
    for mark, pair in marks.items():
        if mark not in known:
            counts += _open(OVERLAP, found.described(pair), at, by)
    return counts


def _follow(kept: Iterable[Coordination], standing: set[int], at: datetime, by: Actor) -> Counts:
    """Mark which items are no longer found, and take up again those that are back."""
    counts = Counts()
    for item in kept:
        if item.pk not in standing and item.gone_at is None:
            if Coordination.objects.filter(pk=item.pk, gone_at=None).update(gone_at=at) == 1:
                _record("coordination.gone", item, by, at)
                counts += Counts(gone=1)
        elif item.pk in standing and item.gone_at is not None:
            back = Coordination.objects.filter(pk=item.pk, gone_at__isnull=False)
            if back.update(gone_at=None, closed_at=None, closed_by=None, closed_because="") == 1:
                _tell(item, "coordination.back", by, at)
                counts += Counts(reopened=1)
    return counts


def _open(kind: str, parts: list[Part], at: datetime, by: Actor) -> Counts:
    plan = min(part["plan"] for part in parts if part["plan"] is not None)
    programme = Plan.objects.values_list("lab__area__programme", flat=True).get(pk=plan)
    item, made = Coordination.objects.get_or_create(
        kind=kind,
        mark=selectors.mark_of(part["key"] for part in parts),
        defaults={"programme_id": programme, "parts": parts, "found_at": at},
    )
    if made:
        _tell(item, "coordination.opened", by, at)
    return Counts(opened=int(made))


def _tell(item: Coordination, verb: str, by: Actor, at: datetime) -> None:
    """An event, and a notice to the delivery unit and to those whose steps are concerned."""
    event = _record(verb, item, by, at)
    says: dict[str, Callable[[], str]] = {
        CIRCLE: lambda: _("Steps of several owners wait for each other in a circle."),
        OVERLAP: lambda: _("Two instruments serve one target group under different owners."),
    }
    notices.notify(
        event=event,
        recipients=people.user_ids_in_role(Role.DELIVERY_UNIT)
        | people.user_ids_holding([part["post"] for part in item.parts], at.date()),
        title=says[item.kind](),
        url=reverse("labs:coordination", args=[item.pk]),
    )


def _record(
    verb: str,
    item: Coordination,
    by: Actor,
    at: datetime,
    texts: dict[str, str] | None = None,
    post: Post | None = None,
) -> Event:
    plans = plan_ids(item)
    return events.record(
        verb=verb,
        subject=item,
        by=by,
        at=at,
        data={
            "kind": str(item.kind),
            "parts": [part["key"] for part in item.parts],
            "plans": sorted(plans),
            "post": post.pk if post else None,
        },
        texts=texts or {},
        programme_id=item.programme_id,
        restricted=Plan.objects.filter(pk__in=plans, lab__restricted_to__isnull=False).exists(),
    )


def plan_ids(item: Coordination) -> set[int]:
    """The plans that an item concerns."""
    return {part["plan"] for part in item.parts if part["plan"] is not None}


@transaction.atomic
def name_coordinator(*, item: Coordination, post: Post, by: Actor, at: datetime) -> Coordination:
    """Name the post that sees to it; its holders are told. Raises NotOpen, NoSuchPost."""
    holders = people.holder_ids([post], at.date())[post.pk]
    if not holders:
        raise NoSuchPost(fields={"coordinator": NoSuchPost.message})
    if Coordination.objects.filter(pk=item.pk, closed_at=None).update(coordinator=post) != 1:
        raise NotOpen
    item.refresh_from_db()
    event = _record("coordination.coordinator_named", item, by, at, post=post)
    notices.notify(
        event=event,
        recipients=holders,
        title=_("You are to coordinate owners whose plans meet."),
        url=reverse("labs:coordination", args=[item.pk]),
    )
    return item


@transaction.atomic
def close(*, item: Coordination, reason: str, by: Actor, at: datetime) -> Coordination:
    """Close an item with a reason. Raises NotOpen, NeedsReason, NeedsPerson."""
    if by.user_id is None:
        raise NeedsPerson
    reason = reason.strip()
    if not reason:
        raise NeedsReason(fields={"reason": NeedsReason.message})
    changed = Coordination.objects.filter(pk=item.pk, closed_at=None).update(
        closed_at=at, closed_by=by.user_id, closed_because=reason
    )
    if changed != 1:
        raise NotOpen
    item.refresh_from_db()
    _record("coordination.closed", item, by, at, texts={"reason": reason})
    return item
