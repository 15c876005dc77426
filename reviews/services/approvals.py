"""Putting a plan to its steering committee."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Mode, Motion
from forums.selectors import ladders
from forums.services import motions
from labs.models import Revision
from labs.services import revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from reviews.selectors import interests
from reviews.services import gate


class NotADraft(Refused):
    message = gettext_lazy("Only a draft can be put to the forum. Start a new revision.")
    code = "not_a_draft"


@transaction.atomic
def submit(
    *,
    revision: Revision,
    mode: str = Mode.CHAIR,
    closes_at: datetime.datetime | None = None,
    reason: str = "",
    by: Actor,
    at: datetime.datetime,
) -> Motion:
    """Put a complete draft to the steering committee of its lab; the draft is then frozen.

    Whoever submits has no vote on it (fact 9). Raises NotADraft, gate.Incomplete,
    or what forums says when the committee cannot sit.
    """
    if revision.state != Revision.State.DRAFT:
        raise NotADraft
    gate.require_complete(revision)
    lab = revision.plan.lab
    forum = ladders.sitting_for(lab.steering)
    motion = motions.put(
        forum=forum,
        title=_("Approve the plan of %(lab)s: %(title)s")
        % {"lab": lab.title, "title": revision.title},
        text=_("That revision “%(title)s” of the plan of %(lab)s comes into force.")
        % {"lab": lab.title, "title": revision.title},
        reason=reason.strip() or revision.reason or _("The plan is complete and stress-tested."),
        mode=mode,
        barred=interests.in_submission(by),
        closes_at=closes_at,
        restricted=lab.restricted_to.exists(),
        by=by,
        at=at,
    )
    revisions.submit(revision=revision, motion=motion, by=by, at=at)
    return motion
