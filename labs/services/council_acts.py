"""Acts of councils that create bodies and programmes, by their reference."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from labs.models import CouncilAct, Programme
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class ActRefused(Refused):
    message = _("The act cannot be kept like this. Mend what is marked.")
    code = "council_act"


@transaction.atomic
def record(
    *,
    council: str,
    reference: str,
    dated: date,
    title: str,
    forum: Forum | None = None,
    creates_forum: Forum | None = None,
    creates_programme: Programme | None = None,
    url: str = "",
    by: Actor,
    at: datetime,
) -> CouncilAct:
    """Keep an act of a council. Raises ActRefused (its reference is kept already, or in future).

    ``forum``: the council itself where it is a forum here.
    """
    council = council.strip() or (forum.name if forum else "")
    reference = reference.strip()
    wrong = {
        field: _("Fill this in.")
        for field, text in (("council", council), ("reference", reference), ("title", title))
        if not text.strip()
    }
    if dated > at.date():
        wrong["dated"] = _("An act is kept once it is adopted: this day lies ahead.")
    if CouncilAct.objects.filter(council=council, reference=reference).exists():
        wrong["reference"] = _("An act of this council with this reference is kept already.")
    if wrong:
        raise ActRefused(fields=wrong)
    act = CouncilAct.objects.create(
        forum=forum,
        council=council,
        reference=reference,
        dated=dated,
        title=title.strip(),
        creates_forum=creates_forum,
        creates_programme=creates_programme,
        url=url,
        at=at,
        **CouncilAct.fields_of(by),
    )
    events.record(
        verb="act.recorded",
        subject=act,
        by=by,
        at=at,
        data={
            "dated": dated,
            "forum": creates_forum.pk if creates_forum else None,
            "programme": creates_programme.pk if creates_programme else None,
        },
        texts={"council": council, "reference": reference, "title": act.title},
        programme_id=creates_programme.pk if creates_programme else None,
    )
    return act
