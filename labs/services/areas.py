"""Result areas of a programme."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from labs.models import Programme, ResultArea
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation


class AreaRefused(Refused):
    message = _("The result area cannot be made like this. Mend what is marked.")
    code = "area"


@transaction.atomic
def create(
    *,
    programme: Programme,
    name: str,
    lead: Organisation,
    home_forum: Forum,
    by: Actor,
    at: datetime,
) -> ResultArea:
    """Add a result area with its lead organisation and the forum it reports to.

    Raises AreaRefused, ProgrammeClosed.
    """
    if programme.is_closed:
        raise ProgrammeClosed
    name = name.strip()
    if not name or len(name) > 200:
        raise AreaRefused(fields={"name": str(_("Write a name of at most 200 characters."))})
    if programme.areas.filter(name=name).exists():
        raise AreaRefused(
            fields={"name": str(_("The programme has an area of this name. Choose another."))}
        )
    if home_forum.closed_on is not None:
        raise AreaRefused(fields={"home_forum": str(_("This forum is closed. Choose another."))})
    area = ResultArea.objects.create(
        programme=programme,
        name=name,
        lead=lead,
        home_forum=home_forum,
        position=programme.areas.count() + 1,
    )
    events.record(
        verb="area.created",
        subject=area,
        by=by,
        at=at,
        data={"programme": programme.pk, "lead": lead.pk, "home_forum": home_forum.pk},
        texts={"name": name},
        programme_id=programme.pk,
    )
    return area
