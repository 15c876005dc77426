"""Changes of execution within the limits: the owner's to make, and only recorded."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Revision
from labs.selectors import limits
from labs.services.revisions.adoption import bring_into_force
from labs.services.revisions.drafts import claim
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post, User
from people.selectors import people


class NotYoursToRecord(Refused):
    message = _(
        "This revision touches parts that others answer for. Put it to the forum, or leave only"
        " what you lead or own."
    )
    code = "not_yours_to_record"


class OverTheLimits(Refused):
    message = _(
        "This revision changes a goal, or more than the limits leave to its owner."
        " Put it to the forum that its page names."
    )
    code = "over_the_limits"


@transaction.atomic
def record_as_owner(*, revision: Revision, by: Actor, at: datetime) -> Revision:
    """Bring a draft into force that its owner may make: no goal, within every limit, all theirs.

    There is no decision: the history says who recorded it. Raises NotADraft, OverTheLimits,
    NotYoursToRecord, Stale, Incomplete, ReasonMissing.
    """
    claim(revision)
    going = limits.route(revision, limits.today(revision.plan, at))
    if not going.within:
        raise OverTheLimits
    if not limits.is_for(_posts(by, at), revision.plan, going):
        raise NotYoursToRecord
    return bring_into_force(
        revision=revision,
        state=Revision.State.DRAFT,
        route=Revision.Route.OWNER,
        decision=None,
        by=by,
        at=at,
    )


def _posts(by: Actor, at: datetime) -> list[Post]:
    """The posts that whoever records holds that day."""
    user = User.objects.filter(pk=by.user_id).first() if by.user_id else None
    return people.posts_of(user, at.date()) if user else []
