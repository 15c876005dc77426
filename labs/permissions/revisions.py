"""Who may record their own changes, decide conflicts, and set the limits of a forum."""

from __future__ import annotations

from datetime import date
from typing import Any

from forums.models import Forum
from labs.models import Revision
from labs.permissions import may_edit
from labs.selectors import limits
from labs.selectors.limits import Route
from people.selectors import people


def may_set_limits(user: Any, forum: Forum, *, on: date) -> bool:
    """The delivery unit, while the forum sits."""
    return people.is_delivery_unit(user) and forum.closed_on is None


def may_give_reasons(user: Any, revision: Revision, *, on: date) -> bool:
    """As writing in the draft."""
    return may_edit(user, revision, on=on)


def may_resolve(user: Any, revision: Revision, *, on: date) -> bool:
    """Decide what is to stand: as writing in the draft."""
    return may_edit(user, revision, on=on)


def may_record(user: Any, revision: Revision, going: Route, *, on: date) -> bool:
    """Record a draft as the owner's own change: within the limits, and every part theirs."""
    return (
        revision.state == Revision.State.DRAFT
        and may_edit(user, revision, on=on)
        and limits.is_for(people.posts_of(user, on), revision.plan, going)
    )


def may_bring_up_to_date(user: Any, revision: Revision, *, on: date) -> bool:
    """Merge a revision that is before its forum: the delivery unit and the lead organisation."""
    area = revision.plan.lab.area
    leads = area.lead_id in people.organisation_ids_of(user, on)
    return (
        revision.state == Revision.State.SUBMITTED
        and not area.programme.is_closed
        and (people.is_delivery_unit(user) or leads)
    )
