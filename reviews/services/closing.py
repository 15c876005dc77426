"""A review ends: what the forum decided is done, in the transaction of the decision.

A carried proposal closes the review with its cause, outcome, reason and decision.
What happens to the deviations it was about follows from the outcome
(reviews.rules.outcomes): a change of goal or of execution, scaling and stopping
settle them, so they close as decided and later values are judged afresh. After
corrective action, a lab, or no action they stay open until the values are clear
again: a deviation has at most one review, so the same trouble does not open a
second one, and the forum's agenda lists it from ``look_again_on``.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Decision
from forums.services import actions
from kpis.models import Deviation
from kpis.services import deviations
from labs.models import Lab
from labs.services import revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Post
from reviews.models import Review, ReviewProposal
from reviews.models.reviews import Outcome
from reviews.rules import outcomes
from reviews.selectors import subjects
from reviews.services import adoptions, lessons, mini_labs
from reviews.services.explanations import ReviewClosed


class NotDecided(Refused):
    message = gettext_lazy("This decision does not belong to the proposal.")
    code = "not_decided"


@transaction.atomic
def close(
    *, proposal: ReviewProposal, decision: Decision, by: Actor, at: datetime.datetime
) -> Review:
    """Apply the decision on ``proposal`` to its review.

    Lost or lapsed: the review stays open and a revision that came with the
    proposal is refused. Carried: the revision is adopted, the action or lab
    opened, the review closed, and its deviations settled or left open.
    Raises ReviewClosed when the review was closed meanwhile, and whatever
    adoption raises.
    """
    if decision.motion_id != proposal.motion_id:
        raise NotDecided
    if decision.outcome != Decision.Outcome.CARRIED:
        return _refuse(proposal, decision, by, at)
    review = proposal.review
    subject = subjects.of_review(review)
    if proposal.revision is not None:
        adoptions.adopt(revision=proposal.revision, decision=decision, by=by, at=at)
    if proposal.action_title and proposal.action_owner and proposal.action_due:
        actions.open(
            title=proposal.action_title,
            owner=proposal.action_owner,
            due_on=proposal.action_due,
            verifier=proposal.action_verifier or _verifier(subject, proposal.action_owner),
            priority=proposal.action_priority,
            decision=decision,
            by=by,
            at=at,
        )
    lab = None
    if proposal.outcome == Outcome.LAB:
        lab = mini_labs.open_from(
            proposal=proposal, subject=subject, decision=decision, by=by, at=at
        )
    _close(proposal, decision, lab, at)
    if outcomes.settles(proposal.outcome):
        _settle(review, by, at)
    review.refresh_from_db()
    _tell(review, subject, decision, by, at)
    owner = subject.owner or subject.forum.secretary or subject.forum.chair
    lessons.ask(review=review, post=owner, by=by, at=at)
    return review


def _refuse(
    proposal: ReviewProposal, decision: Decision, by: Actor, at: datetime.datetime
) -> Review:
    if proposal.revision is not None:
        revisions.reject(revision=proposal.revision, decision=decision, by=by, at=at)
    return proposal.review


def _close(
    proposal: ReviewProposal, decision: Decision, lab: Lab | None, at: datetime.datetime
) -> None:
    """Compare-and-set from open to closed."""
    look_again_on = outcomes.look_again(
        outcomes.Proposed(
            cause=proposal.cause,
            outcome=proposal.outcome,
            reason=decision.reason,
            look_again_on=proposal.look_again_on,
            action_due=proposal.action_due,
        ),
        lab.ends_on if lab else None,
    )
    closed = Review.objects.filter(pk=proposal.review_id, state=Review.State.OPEN).update(
        state=Review.State.CLOSED,
        cause=proposal.cause,
        outcome=proposal.outcome,
        reason=decision.reason,
        look_again_on=look_again_on,
        decision=decision,
        closed_at=at,
        lab=lab,
    )
    if closed != 1:
        raise ReviewClosed


def _verifier(subject: subjects.Subject, owner: Post) -> Post | None:
    """Who checks the action: the subject's verifier, else the forum's secretary; never its owner."""
    for post in (subject.verifier, subject.forum.secretary):
        if post is not None and post.pk != owner.pk:
            return post
    return None


def _settle(review: Review, by: Actor, at: datetime.datetime) -> None:
    joined = review.deviations.values("deviation")
    for deviation in Deviation.objects.filter(pk__in=joined, closed_at=None):
        deviations.close(deviation=deviation, closed_as=Deviation.Closing.DECIDED, by=by, at=at)


def _tell(
    review: Review,
    subject: subjects.Subject,
    decision: Decision,
    by: Actor,
    at: datetime.datetime,
) -> None:
    look_again = review.look_again_on.isoformat() if review.look_again_on else None
    event = events.record(
        verb="review.closed",
        subject=review,
        by=by,
        at=at,
        data={
            "cause": review.cause,
            "outcome": review.outcome,
            "decision": decision.pk,
            "look_again_on": look_again,
            "lab": review.lab_id,
        },
        texts={"reason": review.reason},
        programme_id=subject.programme.pk,
        restricted=subject.restricted,
    )
    notices.notify(
        event=event,
        recipients=subjects.told(
            subject, [subject.owner, subject.verifier, subject.forum.secretary], subject.day(at)
        ),
        title=_("Decided: %(subject)s. %(outcome)s.")
        % {"subject": subject.title, "outcome": Outcome(review.outcome).label.capitalize()},
        url=reverse("reviews:review", args=[review.pk]),
    )
