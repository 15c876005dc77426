"""Putting a plan to the forum that decides it."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Forum, Mode, Motion, Voter
from forums.selectors import ladders
from forums.services import motions
from labs.models import Revision
from labs.services import revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.selectors import people
from reviews.selectors import interests
from reviews.services import gate, routes


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
    forum: Forum | None = None,
    by: Actor,
    at: datetime.datetime,
) -> Motion:
    """Put a complete draft to the forum that the limits name; the draft is then frozen.

    A first plan goes to the steering committee of its lab, a revision where
    ``labs.selectors.limits.route`` says; the motion says why. ``forum``: where it is to
    go, if that may decide it. Whoever submits, began it or wrote in it has no vote on it
    (fact 9). Raises NotADraft, gate.Incomplete, routes.GoalsFixed, WrongForum and Held,
    or what forums says when the forum cannot sit.
    """
    if revision.state != Revision.State.DRAFT:
        raise NotADraft
    gate.require_complete(revision)
    routes.refuse_held(revision)
    going = routes.going(revision, at)
    if forum is not None and not going.suffices(forum):
        raise routes.WrongForum(forum, going)
    lab = revision.plan.lab
    motion = motions.put(
        forum=going.forum if forum is None else ladders.sitting_for(forum),
        title=_("Approve the plan of %(lab)s: %(title)s")
        % {"lab": lab.title, "title": revision.title},
        text=" ".join(
            filter(
                None,
                [
                    _("That revision “%(title)s” of the plan of %(lab)s comes into force.")
                    % {"lab": lab.title, "title": revision.title},
                    routes.reason_for(going),
                ],
            )
        ),
        reason=reason.strip() or revision.reason or _("The plan is complete and stress-tested."),
        mode=mode,
        barred=interests.in_submission(by, revision),
        closes_at=closes_at,
        restricted=lab.restricted_to.exists(),
        by=by,
        at=at,
    )
    revisions.submit(revision=revision, motion=motion, by=by, at=at)
    return motion


@transaction.atomic
def bring_up_to_date(*, revision: Revision, by: Actor, at: datetime.datetime) -> Revision:
    """Let a revision before its forum rest on what is in force now, where nothing clashes.

    Its motion stays, with the votes given; who may vote is told. Raises what
    labs.services.revisions.merge_submitted raises, routes.WrongForum and GoalsFixed.
    """
    merged = revisions.merge_submitted(revision=revision, by=by, at=at)
    motion = merged.motion
    if motion is None:
        raise revisions.NotADraft
    routes.require_forum(merged, motion.forum, at)
    event = events.record(
        verb="motion.brought_up_to_date",
        subject=motion,
        by=by,
        at=at,
        data={"revision": merged.pk, "base": merged.base_id},
        programme_id=merged.plan.lab.area.programme_id,
        restricted=motion.restricted,
    )
    places = motion.voters.filter(barred_because="")
    to_vote = people.user_ids_holding(_posts(places.filter(vote=None)), at.date())
    told = people.user_ids_holding([*_posts(places), motion.forum.secretary_id], at.date())
    title = _("Brought up to date with what came into force: %(title)s") % {"title": motion.title}
    url = reverse("labs:revision", args=[merged.pk])
    notices.notify(event=event, recipients=to_vote, title=title, url=url, decide=True)
    notices.notify(event=event, recipients=told - to_vote, title=title, url=url)
    return merged


def _posts(voters: QuerySet[Voter]) -> list[int]:
    return list(voters.order_by("pk").values_list("post_id", flat=True))
