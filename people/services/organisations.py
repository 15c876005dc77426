"""Organisations and what becomes of them."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation
from people.models.organisations import Sector


class NameTaken(Refused):
    message = _("There is already an organisation of this name. Use another name.")
    code = "name_taken"


class NameMissing(Refused):
    message = _("Enter the organisation's name.")
    code = "name_missing"


class SectorUnknown(Refused):
    message = _("Choose a sector from the list.")
    code = "sector_unknown"


class AlreadySucceeded(Refused):
    message = _("This organisation already has a successor.")
    code = "already_succeeded"


class OwnSuccessor(Refused):
    message = _("Choose another organisation as the successor.")
    code = "own_successor"


@transaction.atomic
def create(
    *,
    name: str,
    sector: str = Sector.PUBLIC,
    short_name: str = "",
    parent: Organisation | None = None,
    by: Actor,
    at: datetime.datetime,
) -> Organisation:
    """Add an organisation. Raises NameTaken, NameMissing, SectorUnknown."""
    name = name.strip()
    if not name:
        raise NameMissing(fields={"name": NameMissing.message})
    if sector not in Sector.values:
        raise SectorUnknown(fields={"sector": SectorUnknown.message})
    if Organisation.objects.filter(name__iexact=name).exists():
        raise NameTaken(fields={"name": NameTaken.message})
    organisation = Organisation.objects.create(
        name=name, short_name=short_name.strip(), sector=sector, parent=parent
    )
    events.record(
        verb="organisation.created",
        subject=organisation,
        by=by,
        at=at,
        data={"sector": str(sector), "parent": parent.pk if parent else None},
        texts={"name": name},
    )
    return organisation


@transaction.atomic
def succeed(
    *,
    organisation: Organisation,
    successor: Organisation,
    on: datetime.date,
    by: Actor,
    at: datetime.datetime,
) -> Organisation:
    """Record that ``successor`` takes the place of ``organisation`` from a day on."""
    if successor.pk == organisation.pk or successor.successor_id == organisation.pk:
        raise OwnSuccessor(fields={"successor": OwnSuccessor.message})
    changed = Organisation.objects.filter(pk=organisation.pk, successor=None).update(
        successor=successor, succeeded_on=on
    )
    if not changed:
        raise AlreadySucceeded
    organisation.refresh_from_db()
    events.record(
        verb="organisation.succeeded",
        subject=organisation,
        by=by,
        at=at,
        data={"successor": successor.pk, "on": on},
    )
    return organisation
