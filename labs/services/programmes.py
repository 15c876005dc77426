"""Opening and closing programmes, and who may read them."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Programme, ProgrammeReader
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation, User


class ProgrammeRefused(Refused):
    message = _("The programme cannot be opened like this. Mend what is marked.")
    code = "programme"


class ProgrammeClosed(Refused):
    message = _("This programme is closed: it can be read, and nothing in it changes any more.")
    code = "programme_closed"


class AlreadyReads(Refused):
    message = _("They may read this programme already.")
    code = "already_reads"


@transaction.atomic
def open(
    *,
    code: str,
    name: str,
    currency: str = "",
    time_zone: str = "UTC",
    country: str = "",
    fiscal_year_start: int = 1,
    starts_on: date | None = None,
    ends_on: date | None = None,
    template: str = "",
    by: Actor,
    at: datetime,
) -> Programme:
    """Open a programme. ``fiscal_year_start``: month 1 to 12. Raises ProgrammeRefused.

    ``template``: the code of the template it is started from, if it is.
    """
    problems = _problems(code, name, currency, time_zone, fiscal_year_start, starts_on, ends_on)
    if problems:
        raise ProgrammeRefused(fields=problems)
    programme = Programme.objects.create(
        code=code,
        name=name.strip(),
        currency=currency,
        time_zone=time_zone,
        country=country,
        fiscal_year_start=fiscal_year_start,
        starts_on=starts_on,
        ends_on=ends_on,
        template=template,
    )
    events.record(
        verb="programme.opened",
        subject=programme,
        by=by,
        at=at,
        data={"code": code, "starts_on": starts_on, "ends_on": ends_on},
        texts={"name": programme.name},
        programme_id=programme.pk,
    )
    return programme


def _problems(
    code: str,
    name: str,
    currency: str,
    time_zone: str,
    fiscal_year_start: int,
    starts_on: date | None,
    ends_on: date | None,
) -> dict[str, str]:
    checks = {
        "code": (
            bool(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", code)),
            _("Write small letters, digits and hyphens, at most 40."),
        ),
        "name": (bool(name.strip()), _("Fill this in.")),
        "currency": (
            bool(re.fullmatch(r"([A-Z]{3})?", currency)),
            _("Write the three letters of the currency, like MYR."),
        ),
        "time_zone": (
            time_zone in available_timezones(),
            _("Choose a time zone such as Asia/Kuala_Lumpur."),
        ),
        "fiscal_year_start": (1 <= fiscal_year_start <= 12, _("Choose a month from 1 to 12.")),
        "ends_on": (
            not (starts_on and ends_on) or ends_on >= starts_on,
            _("The end must not come before the start."),
        ),
    }
    problems = {field: str(message) for field, (holds, message) in checks.items() if not holds}
    if "code" not in problems and Programme.objects.filter(code=code).exists():
        problems["code"] = str(_("Another programme has this code."))
    if code == "new":
        problems["code"] = str(_("Choose another code: this word is part of addresses."))
    return problems


@transaction.atomic
def close(*, programme: Programme, because: str, by: Actor, at: datetime) -> Programme:
    """Close a programme: readable from now on, nothing due. Raises ProgrammeClosed."""
    if not because.strip():
        raise ProgrammeRefused(
            _("Say why the programme is closed."),
            fields={"because": str(_("Say why the programme is closed."))},
        )
    closed = Programme.objects.filter(pk=programme.pk, closed_at=None).update(
        closed_at=at, closed_because=because.strip()
    )
    if closed != 1:
        raise ProgrammeClosed
    programme.refresh_from_db()
    events.record(
        verb="programme.closed",
        subject=programme,
        by=by,
        at=at,
        texts={"because": programme.closed_because},
        programme_id=programme.pk,
    )
    return programme


@transaction.atomic
def add_reader(
    *,
    programme: Programme,
    organisation: Organisation | None = None,
    user: User | None = None,
    by: Actor,
    at: datetime,
) -> ProgrammeReader:
    """Let an organisation or a user (one of the two) read a programme. Raises AlreadyReads."""
    if (organisation is None) == (user is None):
        raise ProgrammeRefused(_("Choose either an organisation or a person."))
    reader, created = ProgrammeReader.objects.get_or_create(
        programme=programme, organisation=organisation, user=user
    )
    if not created:
        raise AlreadyReads
    events.record(
        verb="programme.reader_added",
        subject=programme,
        by=by,
        at=at,
        data={
            "organisation": organisation.pk if organisation else None,
            "user": user.pk if user else None,
        },
        programme_id=programme.pk,
    )
    return reader


@transaction.atomic
def remove_reader(*, reader: ProgrammeReader, by: Actor, at: datetime) -> ProgrammeReader:
    """Take the right to read back. Whoever reads by office or post keeps reading."""
    programme_id, pk = reader.programme_id, reader.pk
    deleted, _rows = ProgrammeReader.objects.filter(pk=pk).delete()
    if deleted:
        events.record(
            verb="programme.reader_removed",
            subject=("labs.programme", str(programme_id)),
            by=by,
            at=at,
            data={"organisation": reader.organisation_id, "user": reader.user_id},
            programme_id=programme_id,
        )
    return reader
