"""Result areas of a programme."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Forum, Purpose
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
    conflict_forum: Forum | None = None,
) -> ResultArea:
    """Add a result area with its lead organisation and the forum it reports to.

    ``conflict_forum``: where disputes about who gains and who pays begin; none: they
    begin where all others do. Raises AreaRefused, ProgrammeClosed.
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
    _check_forums(home_forum, conflict_forum)
    area = ResultArea.objects.create(
        programme=programme,
        name=name,
        lead=lead,
        home_forum=home_forum,
        conflict_forum=conflict_forum,
        position=programme.areas.count() + 1,
    )
    events.record(
        verb="area.created",
        subject=area,
        by=by,
        at=at,
        data={
            "programme": programme.pk,
            "lead": lead.pk,
            "home_forum": home_forum.pk,
            "conflict_forum": conflict_forum.pk if conflict_forum else None,
        },
        texts={"name": name},
        programme_id=programme.pk,
    )
    return area


@transaction.atomic
def change_forums(
    *,
    area: ResultArea,
    home_forum: Forum,
    conflict_forum: Forum | None,
    by: Actor,
    at: datetime,
) -> ResultArea:
    """Send the area's reviews and disputes to other forums from now on.

    What is open stays where it is: ladders are frozen. Raises AreaRefused, ProgrammeClosed.
    """
    if area.programme.is_closed:
        raise ProgrammeClosed
    _check_forums(home_forum, conflict_forum)
    before = {"home_forum": area.home_forum_id, "conflict_forum": area.conflict_forum_id}
    area.home_forum, area.conflict_forum = home_forum, conflict_forum
    after = {"home_forum": area.home_forum_id, "conflict_forum": area.conflict_forum_id}
    if after == before:
        return area
    area.save(update_fields=[*after])
    events.record(
        verb="area.forums_changed",
        subject=area,
        by=by,
        at=at,
        data={**after, "before": before},
        programme_id=area.programme_id,
    )
    return area


def _check_forums(home: Forum, conflict: Forum | None) -> None:
    wrong = {}
    if home.closed_on is not None:
        wrong["home_forum"] = str(_("This forum is closed. Choose another."))
    if conflict is not None and conflict.closed_on is not None:
        wrong["conflict_forum"] = str(_("This forum is closed. Choose another."))
    if conflict is not None and conflict.purpose != Purpose.CONFLICT:
        wrong["conflict_forum"] = str(_("Choose a forum that is for conflicts, or none."))
    if wrong:
        raise AreaRefused(fields=wrong)
