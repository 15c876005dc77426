"""Rulings: a motion in the forum that holds the dispute, with every party aside."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Decision, Forum, Mode, Motion
from forums.services import actions, decisions, motions
from labs.models import Revision
from labs.services import revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post
from reviews.models import Dispute, Referral, RulingProposal
from reviews.selectors import dispute_pages, held, interests, standing
from reviews.services import adoptions, cases, gate, hold_lifts, ladder, referrals, routes


class AlreadyBeforeTheForum(Refused):
    message = gettext_lazy("A ruling is already before this forum. Vote on it, or withdraw it.")
    code = "ruling_already_put"


class NothingToRule(Refused):
    message = gettext_lazy("This dispute was settled or withdrawn by its parties.")
    code = "nothing_to_rule"


class IncompleteAction(Refused):
    message = gettext_lazy("An action needs what, who and by when.")
    code = "incomplete_action"


class IncompleteCorrection(Refused):
    message = gettext_lazy("Say what is to be corrected in the data, and by when.")
    code = "incomplete_correction"


class RevisionRefused(Refused):
    message = gettext_lazy("Choose a draft of a plan of this area; this one is before a forum.")
    code = "ruling_revision"


class ForumCannotSit(Refused):
    message = gettext_lazy(
        "This forum cannot sit over the dispute: nobody free may preside, or too few members are"
        " free. Bump it up with the trigger “the forum cannot sit”."
    )
    code = "forum_cannot_sit"


@transaction.atomic
def put(
    *,
    dispute: Dispute,
    text: str,
    reason: str,
    by: Actor,
    at: datetime,
    mode: str = Mode.CHAIR,
    closes_at: datetime | None = None,
    revision: Revision | None = None,
    action_title: str = "",
    action_owner: Post | None = None,
    action_due: date | None = None,
    correction: str = "",
    correction_by: date | None = None,
) -> RulingProposal:
    """Put what the forum would rule; members with an interest stand aside (fact 9).

    After a ruling this puts a motion whose decision would supersede it (fact 7). A
    ``revision`` is frozen with the motion and comes into force with the ruling, which
    lifts the hold on the KPI. A ``correction`` of the data is put to who answers for them
    once the ruling is carried. Raises AlreadyBeforeTheForum, NothingToRule,
    IncompleteAction, IncompleteCorrection, ForumCannotSit, RevisionRefused,
    gate.Incomplete, and what routes says of a revision that this forum does not decide.
    """
    given = (bool(action_title.strip()), action_owner is not None, action_due is not None)
    if any(given) and not all(given):
        raise IncompleteAction
    if bool(correction.strip()) != (correction_by is not None):
        raise IncompleteCorrection(fields={"correction": IncompleteCorrection.message})
    if dispute.state in {Dispute.State.SETTLED, Dispute.State.WITHDRAWN}:
        raise NothingToRule
    if dispute.state == Dispute.State.OPEN:
        cases.keep_open(dispute, same_tier=True)
    if dispute.rulings.filter(motion__state=Motion.State.OPEN).exists():
        raise AlreadyBeforeTheForum
    tier = standing.tier_of(dispute)
    barred = standing.interests(dispute)
    if revision is not None:
        _check_revision(dispute, revision, standing.forum_of(tier), at)
        barred = interests.both(barred, interests.in_submission(by, revision))
    title = _("Rule in the dispute: %(title)s") % {"title": dispute.title}
    if dispute.state == Dispute.State.RULED:
        title = _("Rule anew in the dispute: %(title)s") % {"title": dispute.title}
    try:
        motion = motions.put(
            forum=standing.forum_of(tier),
            title=title,
            text=text,
            reason=reason,
            mode=mode,
            barred=barred,
            offices=standing.offices_of(tier),
            closes_at=closes_at,
            restricted=ladder.is_restricted(dispute),
            by=by,
            at=at,
        )
    except motions.CannotSit as refused:
        raise ForumCannotSit from refused
    if revision is not None:
        revisions.submit(revision=revision, motion=motion, by=by, at=at)
    proposal = RulingProposal.objects.create(
        dispute=dispute,
        motion=motion,
        tier=dispute.tier,
        revision=revision,
        action_title=action_title.strip(),
        action_owner=action_owner,
        action_due=action_due,
        correction=correction.strip(),
        correction_by=correction_by,
    )
    cases.tell(
        verb="ruling.put",
        dispute=dispute,
        by=by,
        at=at,
        title=_("A ruling is before the forum: %(title)s") % {"title": dispute.title},
        data={"motion": motion.pk, "tier": dispute.tier},
    )
    return proposal


def _to_rule(dispute: Dispute, at: datetime) -> set[int]:
    """Whose it is still to rule; nobody's where an earlier ruling stands."""
    if dispute.state != Dispute.State.OPEN:
        return set()
    return standing.presiding(dispute, standing.today(dispute, at))


def _check_revision(dispute: Dispute, revision: Revision, forum: Forum, at: datetime) -> None:
    """Whether the revision may come into force with a ruling of this forum."""
    if revision.state != Revision.State.DRAFT or revision.plan.lab.area_id != dispute.area_id:
        raise RevisionRefused(fields={"revision": str(RevisionRefused.message)})
    gate.require_complete(revision)
    routes.refuse_held(revision, but=held.hold_of(dispute))
    routes.require_forum(revision, forum, at)


def hold_case(*, motion_id: int) -> None:
    """Hold the row of the dispute a motion would rule, before the motion's own.

    Everything else in a dispute takes the two rows in this order too, so that a
    vote and a settlement at the same moment wait for one another and never lock up.
    """
    found = set(RulingProposal.objects.filter(motion=motion_id).values_list("dispute", flat=True))
    lifted = hold_lifts.dispute_of(motion_id)
    if lifted is not None:
        found.add(lifted)
    Dispute.objects.filter(pk__in=found).update(state=F("state"))


@transaction.atomic
def apply(*, proposal: RulingProposal, decision: Decision, by: Actor, at: datetime) -> Dispute:
    """Do what the forum decided, in the transaction of the vote that decided it.

    Carried: the dispute ends as ruled, or the earlier ruling is superseded. Lost or
    lapsed: nothing ends, and its time runs on. Raises ladder.Ended, ladder.AlreadyMoved.
    """
    dispute = Dispute.objects.select_related("area__programme", "kpi", "decision").get(
        pk=proposal.dispute_id
    )
    if decision.outcome != Decision.Outcome.CARRIED:
        _give_back(proposal, decision, by, at)
        cases.tell(
            verb="dispute.not_ruled",
            dispute=dispute,
            by=by,
            at=at,
            title=_("No ruling came about: %(title)s") % {"title": dispute.title},
            data={"decision": decision.pk, "outcome": decision.outcome},
            deciders=_to_rule(dispute, at),
        )
        return dispute
    if dispute.state == Dispute.State.RULED:
        _supersede(dispute, decision, by, at)
    else:
        if dispute.tier != proposal.tier:
            raise ladder.AlreadyMoved
        cases.end(
            dispute=dispute,
            act="rule",
            reason=decision.reason,
            by=by,
            at=at,
            data={"decision": decision.pk},
            decision=decision,
        )
    if proposal.revision is not None:
        adoptions.adopt(revision=proposal.revision, decision=decision, by=by, at=at)
    if proposal.action_owner is not None and proposal.action_due is not None:
        actions.open(
            title=proposal.action_title,
            owner=proposal.action_owner,
            due_on=max(proposal.action_due, at.date()),
            decision=decision,
            by=by,
            at=at,
        )
    _ask_for_correction(dispute, proposal, decision, by, at)
    return dispute


def _ask_for_correction(
    dispute: Dispute, proposal: RulingProposal, decision: Decision, by: Actor, at: datetime
) -> None:
    """What is wrong in the data is put to who answers for them, and tracked until it is met."""
    if proposal.correction_by is None:
        return
    post = dispute_pages.owner_of(dispute)
    referrals.address(
        request=referrals.Request(
            kind=Referral.Kind.CORRECTION,
            organisation=post.organisation if post else dispute.area.lead,
            post=post,
            text=proposal.correction,
            due_on=max(proposal.correction_by, standing.today(dispute, at) + timedelta(days=1)),
        ),
        dispute=dispute,
        decision=decision,
        by=by,
        at=at,
    )


def _give_back(proposal: RulingProposal, decision: Decision, by: Actor, at: datetime) -> None:
    """A revision that came with a ruling that did not come about is not adopted either."""
    revision = proposal.revision
    if revision is not None and revision.state == Revision.State.SUBMITTED:
        revisions.reject(revision=revision, decision=decision, by=by, at=at)


def _supersede(dispute: Dispute, decision: Decision, by: Actor, at: datetime) -> None:
    earlier = dispute.decision
    changed = Dispute.objects.filter(
        pk=dispute.pk, state=Dispute.State.RULED, decision=earlier
    ).update(decision=decision, ended_at=at, ended_because=decision.reason)
    if changed != 1 or earlier is None:
        raise ladder.AlreadyMoved
    decisions.supersede(decision=earlier, by_decision=decision, by=by, at=at)
    dispute.refresh_from_db()
    cases.tell(
        verb="dispute.ruled_anew",
        dispute=dispute,
        by=by,
        at=at,
        title=_("Ruled anew: %(title)s") % {"title": dispute.title},
        data={"decision": decision.pk, "supersedes": earlier.pk},
        texts={"reason": decision.reason},
    )
