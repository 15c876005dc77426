"""Proposing how a review ends: cause, outcome and reason, put to the forum as a motion."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Action, Mode, Motion
from forums.selectors import ladders
from forums.services import actions, motions
from labs.models import Revision
from labs.services import revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people import days
from people.models import Post
from reviews.models import Review, ReviewProposal
from reviews.models.reviews import Cause, Outcome
from reviews.rules import outcomes
from reviews.selectors import interests, subjects
from reviews.services import gate, routes
from reviews.services.explanations import ReviewClosed


class BadProposal(Refused):
    message = gettext_lazy("This proposal is not complete. Mend the fields that are marked.")
    code = "bad_proposal"


class AlreadyProposed(Refused):
    message = gettext_lazy(
        "A proposal about this review awaits its decision. Decide it or withdraw it first."
    )
    code = "already_proposed"


@transaction.atomic
def put(
    *,
    review: Review,
    cause: str,
    outcome: str,
    reason: str,
    mode: str = Mode.CHAIR,
    closes_at: datetime.datetime | None = None,
    look_again_on: datetime.date | None = None,
    revision: Revision | None = None,
    action_title: str = "",
    action_owner: Post | None = None,
    action_due: datetime.date | None = None,
    action_priority: str = Action.Priority.NORMAL,
    action_verifier: Post | None = None,
    reconvene: bool = False,
    by: Actor,
    at: datetime.datetime,
) -> ReviewProposal:
    """Put to the review's forum how the review ends.

    A change of goal or of execution brings its revision, which is frozen with the
    motion and adopted or refused with it. ``reconvene``: of a lab, the one that made the
    plan, instead of a mini-lab. The owner of the subject has no vote
    (fact 9). Raises ReviewClosed, BadProposal, actions.NeedsVerifier, AlreadyProposed, gate.Incomplete,
    or what forums says when the forum cannot sit.
    """
    if not Review.objects.filter(pk=review.pk, state=Review.State.OPEN).exists():
        raise ReviewClosed
    subject = subjects.of_review(review)
    proposed = outcomes.Proposed(
        cause=cause if cause in Cause.values else "",
        outcome=outcome if outcome in Outcome.values else "",
        reason=reason,
        has_revision=revision is not None,
        look_again_on=look_again_on,
        action_title=action_title,
        has_action_owner=action_owner is not None,
        action_due=action_due,
        reconvene=reconvene,
        has_lab=subjects.lab_of(review) is not None,
    )
    _check(outcomes.problems(proposed, subject.day(at)))
    if action_owner is not None and action_priority == Action.Priority.HIGH:
        actions.require_verifier(owner=action_owner, verifier=action_verifier, on=at.date())
    if ReviewProposal.objects.filter(review=review, motion__state=Motion.State.OPEN).exists():
        raise AlreadyProposed
    if revision is not None:
        _check_revision(revision, review)
    motion = _motion(review, subject, proposed, revision, mode, closes_at, by, at)
    if revision is not None:
        revisions.submit(revision=revision, motion=motion, by=by, at=at)
    proposal = ReviewProposal.objects.create(
        review=review,
        motion=motion,
        cause=cause,
        outcome=outcome,
        look_again_on=look_again_on,
        revision=revision,
        action_title=action_title.strip(),
        action_owner=action_owner,
        action_due=action_due,
        action_priority=action_priority
        if action_owner is not None and action_priority
        else Action.Priority.NORMAL,
        action_verifier=action_verifier if action_owner is not None else None,
        reconvene=reconvene,
    )
    events.record(
        verb="review.proposed",
        subject=review,
        by=by,
        at=at,
        data={"proposal": proposal.pk, "motion": motion.pk, "cause": cause, "outcome": outcome},
        programme_id=subject.programme.pk,
        restricted=subject.restricted,
    )
    return proposal


def _motion(
    review: Review,
    subject: subjects.Subject,
    proposed: outcomes.Proposed,
    revision: Revision | None,
    mode: str,
    closes_at: datetime.datetime | None,
    by: Actor,
    at: datetime.datetime,
) -> Motion:
    forum = ladders.sitting_for(review.forum)
    barred = interests.in_review(review, subject, at.date())
    moved = ""
    if revision is not None:
        going = routes.going(revision, at)
        if not going.within and not going.suffices(forum):
            forum, moved = going.forum, routes.reason_for(going)
        barred = interests.both(barred, interests.in_submission(by, revision))
    names = {
        "subject": subject.title,
        "cause": Cause(proposed.cause).label,
        "outcome": Outcome(proposed.outcome).label,
    }
    text = _("That the review of %(subject)s is closed. Cause: %(cause)s. Outcome: %(outcome)s.")
    return motions.put(
        forum=forum,
        title=_("Review of %(subject)s: %(outcome)s") % names,
        text=" ".join([text % names, *_details(proposed), *filter(None, [moved])]),
        reason=proposed.reason.strip(),
        mode=mode,
        barred=barred,
        closes_at=closes_at,
        restricted=subject.restricted,
        by=by,
        at=at,
    )


def _details(proposed: outcomes.Proposed) -> list[str]:
    """What comes with the outcome, as sentences of the motion."""
    found = []
    if proposed.action_title.strip() and proposed.action_due:
        found.append(
            _("Action: %(title)s, by %(day)s.")
            % {"title": proposed.action_title.strip(), "day": days.in_words(proposed.action_due)}
        )
    if proposed.reconvene:
        found.append(_("The lab that made the plan is reconvened."))
    if proposed.look_again_on:
        found.append(_("The forum looks again on %s.") % days.in_words(proposed.look_again_on))
    return found


def _check(problems: dict[str, str]) -> None:
    if not problems:
        return
    texts = {
        "required": _("This is needed for the outcome chosen."),
        "past": _("Choose a day that lies ahead."),
        "out_of_place": _("Only a change of goal or of execution brings a revision."),
        "no_lab_outcome": _("Only “mini-lab or lab” reconvenes a lab. Choose it, or clear this."),
        "no_lab_before": _("No lab made a plan for this. Leave it out, and a mini-lab is opened."),
    }
    raise BadProposal(fields={field: texts[code] for field, code in problems.items()})


def _check_revision(revision: Revision, review: Review) -> None:
    plan = subjects.plan_of(review)
    if plan is None or revision.plan_id != plan.pk:
        raise BadProposal(fields={"revision": _("Choose a draft of the plan this belongs to.")})
    if revision.state != Revision.State.DRAFT:
        raise BadProposal(fields={"revision": _("Choose a draft; this one is before a forum.")})
    gate.require_complete(revision)
    routes.refuse_held(revision)
