"""Working groups: some seats of a lab with a task of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, Seat, WorkingGroup
from labs.services import lab_events
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class GroupRefused(Refused):
    message = _("The group cannot be kept like this. Mend what is marked.")
    code = "group"


class GroupClosed(Refused):
    message = _("This group has ended. Open another one.")
    code = "group_closed"


@transaction.atomic
def open(
    *, lab: Lab, name: str, task: str = "", seats: Iterable[Seat] = (), by: Actor, at: datetime
) -> WorkingGroup:
    """Open a group with some of the lab's seats. Raises GroupRefused, LabOver."""
    lab_events.require_running(lab)
    chosen = _checked(lab, name, seats, None)
    group = WorkingGroup.objects.create(lab=lab, name=name.strip(), task=task.strip())
    group.seats.set(chosen)
    _record("group.opened", group, chosen, by, at)
    return group


@transaction.atomic
def change(
    *,
    group: WorkingGroup,
    name: str,
    task: str,
    seats: Iterable[Seat],
    by: Actor,
    at: datetime,
) -> WorkingGroup:
    """Another name, task or other seats. Raises GroupRefused, GroupClosed, LabOver."""
    lab_events.require_running(group.lab)
    chosen = _checked(group.lab, name, seats, group)
    changed = WorkingGroup.objects.filter(pk=group.pk, closed_at=None).update(
        name=name.strip(), task=task.strip()
    )
    if changed != 1:
        raise GroupClosed
    group.refresh_from_db()
    group.seats.set(chosen)
    _record("group.changed", group, chosen, by, at)
    return group


@transaction.atomic
def close(*, group: WorkingGroup, by: Actor, at: datetime) -> WorkingGroup:
    """End a group; its sessions stay. Ending it twice changes nothing the second time."""
    if WorkingGroup.objects.filter(pk=group.pk, closed_at=None).update(closed_at=at) == 1:
        lab_events.record("group.closed", group, group.lab, by=by, at=at)
    group.refresh_from_db()
    return group


def _checked(lab: Lab, name: str, seats: Iterable[Seat], group: WorkingGroup | None) -> list[Seat]:
    problems = {}
    others = lab.groups.exclude(pk=group.pk) if group else lab.groups.all()
    if not name.strip() or len(name.strip()) > 200:
        problems["name"] = _("Write a name of at most 200 characters.")
    elif others.filter(name=name.strip()).exists():
        problems["name"] = _("Another group of this lab has this name. Choose one that differs.")
    chosen = list(seats)
    if any(seat.lab_id != lab.pk for seat in chosen):
        problems["seats"] = _("Choose seats of this lab.")
    if problems:
        raise GroupRefused(fields={field: str(text) for field, text in problems.items()})
    return chosen


def _record(verb: str, group: WorkingGroup, seats: list[Seat], by: Actor, at: datetime) -> None:
    lab_events.record(
        verb,
        group,
        group.lab,
        by=by,
        at=at,
        data={"seats": sorted(seat.pk for seat in seats)},
        texts={"name": group.name, "task": group.task},
    )
