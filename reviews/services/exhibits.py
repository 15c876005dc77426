"""Evidence in a dispute: dated sources that a party, or the forum, puts on its file."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.services import documents
from reviews.models import Dispute, Exhibit, Party
from reviews.selectors import standing
from reviews.services import cases, ladder
from reviews.services.positions import check


class NeedsTitle(Refused):
    message = gettext_lazy("Say what this evidence shows.")
    code = "exhibit_needs_title"


class DatedAhead(Refused):
    message = gettext_lazy("Evidence bears the day it was made: give one that is not ahead.")
    code = "exhibit_dated_ahead"


class CannotBeFound(Refused):
    message = gettext_lazy("Hand in the file, or say where it can be found.")
    code = "exhibit_cannot_be_found"


@transaction.atomic
def add(
    *,
    dispute: Dispute,
    party: Party | None,
    title: str,
    dated: date,
    by: Actor,
    at: datetime,
    where: str = "",
    file: File | None = None,
) -> Exhibit:
    """Put a source on the file; ``party`` None: the forum that holds the dispute does.

    Nothing is taken off again: what turns out wrong is answered by more evidence. Raises
    NeedsTitle, DatedAhead, CannotBeFound, positions.NoParty, ladder.Ended and what
    people.services.documents.store raises.
    """
    if not title.strip():
        raise NeedsTitle(fields={"title": NeedsTitle.message})
    if dated > standing.today(dispute, at):
        raise DatedAhead(fields={"dated": DatedAhead.message})
    if not where.strip() and file is None:
        raise CannotBeFound(fields={"where": CannotBeFound.message})
    if party is not None:
        check(dispute, party)
    cases.keep_open(dispute)
    restricted = ladder.is_restricted(dispute)
    document = (
        documents.store(file=file, restricted=restricted, by=by, at=at)
        if file is not None
        else None
    )
    exhibit = Exhibit.objects.create(
        dispute=dispute,
        party=party,
        title=title.strip()[:300],
        dated=dated,
        where=where.strip()[:500],
        document=document,
        at=at,
        **Exhibit.fields_of(by),
    )
    said = _("%(party)s showed evidence: %(title)s")
    cases.tell(
        verb="exhibit.added",
        dispute=dispute,
        subject=exhibit,
        by=by,
        at=at,
        title=said % {"party": party, "title": dispute.title}
        if party
        else _("The forum put evidence on the file: %(title)s") % {"title": dispute.title},
        data={
            "organisation": party.organisation_id if party else None,
            "dated": dated.isoformat(),
            "document": document.pk if document else None,
        },
        texts={"title": title, "where": where},
    )
    return exhibit
