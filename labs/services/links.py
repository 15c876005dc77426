"""Links between initiatives whose owners work together."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Coordination, Initiative, InitiativeLink
from labs.rules import overlaps
from labs.selectors.waits import mark_of
from labs.services import coordination
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class LinkRefused(Refused):
    message = _("The link is not complete. Mend what is marked.")
    code = "link"


@transaction.atomic
def link(
    *, first: uuid.UUID, second: uuid.UUID, how: str, by: Actor, at: datetime
) -> InitiativeLink:
    """Record how the owners of two initiatives work together; closes their overlap with that.

    A second link of the same two adds nothing. Raises LinkRefused.
    """
    how = how.strip()
    if not how:
        raise LinkRefused(fields={"how": _("Say how the owners work together.")})
    if first == second:
        raise LinkRefused(fields={"second": _("Choose another initiative than the first.")})
    rows = Initiative.objects.filter(key__in=[first, second], until_revision=None)
    found = {row.key: row for row in rows.select_related("plan__lab__area")}
    if len(found) != 2:
        raise LinkRefused(_("Only initiatives in force can be linked."))
    one, other = overlaps.ordered(first, second)
    made, new = InitiativeLink.objects.get_or_create(
        first_key=one,
        second_key=other,
        defaults={"how": how, "at": at, **InitiativeLink.fields_of(by)},
    )
    if not new:
        return made
    plans = {row.plan for row in found.values()}
    events.record(
        verb="initiatives.linked",
        subject=made,
        by=by,
        at=at,
        data={"first": one, "second": other, "plans": sorted(plan.pk for plan in plans)},
        texts={"how": how},
        programme_id=found[one].plan.lab.area.programme_id,
        restricted=any(plan.lab.restricted_to.exists() for plan in plans),
    )
    overlap = Coordination.objects.filter(
        kind=Coordination.Kind.OVERLAP, mark=mark_of((one, other)), closed_at=None
    ).first()
    if overlap is not None and by.user_id is not None:  # else the next search finds it gone
        coordination.close(item=overlap, reason=how, by=by, at=at)
    return made
