"""Disputes climb: one step at a time, each exactly once, on the record."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Motion
from forums.services import motions
from labs.models import Revision
from labs.services import revisions
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people import days
from people.selectors import people
from reviews.models import BumpUp, Dispute, HoldLift, RulingProposal, Tier
from reviews.models.disputes import Trigger
from reviews.rules import ladder
from reviews.selectors import held, standing

SWEEP = Actor.system("advance disputes")


class AlreadyMoved(Refused):
    message = gettext_lazy(
        "The dispute moved on while you were at it. Look at where it stands now, then try again."
    )
    code = "already_moved"


class NothingAbove(Refused):
    message = gettext_lazy("The dispute stands at the top: there is nowhere left to climb.")
    code = "at_top"


class Ended(Refused):
    message = gettext_lazy("This dispute has ended. Its page says how.")
    code = "dispute_ended"


@transaction.atomic
def climb(*, dispute: Dispute, trigger: str, reason: str, by: Actor, at: datetime) -> BumpUp:
    """One step up from the tier ``dispute`` was read at, and past forums that cannot sit.

    Whether the trigger is open is the caller's question (bump_ups, advance). Raises
    Ended, NothingAbove, and AlreadyMoved when another step or a settlement was faster.
    """
    try:
        after = ladder.climb(standing.case_of(dispute), trigger)
    except ladder.Illegal as illegal:
        raise (NothingAbove if illegal.code == "at_top" else Ended) from illegal
    step = _step(dispute, after.tier, trigger, reason, by, at)
    pass_if_it_cannot_sit(dispute=dispute, at=at)
    return step


def _step(
    dispute: Dispute, to_tier: int, trigger: str, reason: str, by: Actor, at: datetime
) -> BumpUp:
    from_tier = dispute.tier
    rung = standing.tier_of(dispute, to_tier)
    day = standing.today(dispute, at)
    deadline = standing.deadline_of(rung, day)
    nudge_on = standing.nudge_day(rung, deadline, day)
    # The last day as well as the tier: it may have been extended since it was read.
    won = Dispute.objects.filter(
        pk=dispute.pk, state=Dispute.State.OPEN, tier=from_tier, deadline=dispute.deadline
    ).update(tier=to_tier, deadline=deadline, nudge_on=nudge_on)
    # The rung is another one if the dispute was sent to the conflict forum since.
    if won != 1 or not Tier.objects.filter(pk=rung.pk).update(entered_at=at, deadline=deadline):
        raise AlreadyMoved
    step = BumpUp.objects.create(
        dispute=dispute,
        from_tier=from_tier,
        to_tier=to_tier,
        trigger=trigger,
        reason=reason,
        at=at,
        **BumpUp.fields_of(by),
    )
    Tier.objects.filter(dispute=dispute, number=from_tier, left_at=None).update(left_at=at)
    dispute.tier, dispute.deadline, dispute.nudge_on = to_tier, deadline, nudge_on
    if is_restricted(dispute):
        # Whoever is to rule must be able to read what about.
        dispute.restricted_to.add(standing.forum_of(rung))
    withdraw_motions(
        dispute=dispute,
        reason=_("The dispute moved up to %(forum)s.") % {"forum": rung.forum},
        by=by,
        at=at,
    )
    _announce_step(dispute, step, by, at)
    return step


def _announce_step(dispute: Dispute, step: BumpUp, by: Actor, at: datetime) -> None:
    event = events.record(
        verb="dispute.bumped_up",
        subject=dispute,
        by=by,
        at=at,
        data={
            "from_tier": step.from_tier,
            "to_tier": step.to_tier,
            "trigger": str(step.trigger),
            "deadline": dispute.deadline.isoformat() if dispute.deadline else None,
        },
        texts={"reason": step.reason},
        programme_id=dispute.area.programme_id,
        restricted=is_restricted(dispute),
    )
    BumpUp.objects.filter(pk=step.pk).update(event=event, told_at=at)
    left = standing.tier_of(dispute, step.from_tier)
    told = standing.people_around(dispute, at.date())
    told |= standing.forum_around(dispute, at.date(), left)
    _notify(event, dispute, told, step_in_words(step.to_tier, dispute.title), at)


def _notify(event: Event, dispute: Dispute, told: set[int], title: str, at: datetime) -> None:
    """Tell all of these, and whoever presides where it stands now that it is theirs to decide."""
    url = url_of(dispute)
    deciding = standing.presiding(dispute, standing.today(dispute, at))
    notices.notify(event=event, recipients=deciding, title=title, url=url, decide=True)
    notices.notify(event=event, recipients=told - deciding, title=title, url=url)


def pass_if_it_cannot_sit(*, dispute: Dispute, at: datetime) -> None:
    """Enter and pass, on the record, every forum that cannot sit over the dispute (fact 6)."""
    while True:
        tier = standing.tier_of(dispute)
        day = standing.today(dispute, at)
        if standing.is_top(tier) or standing.can_sit(dispute, tier, day).ok:
            return
        _step(
            dispute,
            dispute.tier + 1,
            Trigger.CANNOT_SIT,
            _("%(forum)s cannot sit: nobody free may preside, or too few members are free.")
            % {"forum": standing.forum_of(tier)},
            SWEEP,
            at,
        )


def withdraw_motions(*, dispute: Dispute, reason: str, by: Actor, at: datetime) -> None:
    """Withdraw what is still before a forum: the dispute is no longer theirs.

    Rulings and motions to lift the hold; a draft that came with a ruling is a draft again.
    """
    about = Q(pk__in=RulingProposal.objects.filter(dispute=dispute).values("motion"))
    lifts = HoldLift.objects.filter(hold__ref=held.ref_of(dispute))
    found = Motion.objects.filter(about | Q(pk__in=lifts.values("motion")))
    for motion in found.filter(state=Motion.State.OPEN).select_related("forum").order_by("pk"):
        motions.withdraw(motion=motion, reason=reason, by=by, at=at)
        submitted = Revision.objects.filter(motion=motion, state=Revision.State.SUBMITTED)
        for revision in submitted.select_related("motion", "plan__lab__area"):
            revisions.release(revision=revision, by=by, at=at)


@transaction.atomic
def advance_one(dispute_id: int, at: datetime) -> str:
    """What passing its deadline comes to for one dispute: "moved", "overdue" or ""."""
    dispute = Dispute.objects.select_related("area__programme").get(pk=dispute_id)
    if dispute.deadline is None:
        return ""
    before = standing.case_of(dispute)
    day = standing.today(dispute, at)
    after = ladder.pass_deadline(before, day, dispute.deadline)
    if after == before:
        return ""
    if after.overdue_at_top:
        return "overdue" if _mark_overdue(dispute, day, at) else ""
    reason = passed_in_words(dispute.deadline)
    try:
        climb(dispute=dispute, trigger=Trigger.DEADLINE, reason=reason, by=SWEEP, at=at)
    except (AlreadyMoved, Ended, NothingAbove):
        return ""
    return "moved"


def _mark_overdue(dispute: Dispute, day: date, at: datetime) -> bool:
    """At the top there is nowhere to climb: marked once, and everybody is told."""
    rung, deadline = standing.tier_of(dispute), dispute.deadline or day
    marked = Dispute.objects.filter(
        pk=dispute.pk, state=Dispute.State.OPEN, tier=dispute.tier, overdue_at_top_since=None
    ).update(overdue_at_top_since=day, nudge_on=standing.nudge_day(rung, deadline, day))
    if marked != 1:
        return False
    event = events.record(
        verb="dispute.overdue_at_top",
        subject=dispute,
        by=SWEEP,
        at=at,
        data={"tier": dispute.tier, "since": day.isoformat()},
        programme_id=dispute.area.programme_id,
        restricted=is_restricted(dispute),
    )
    told = standing.people_around(dispute, at.date())
    if not is_restricted(dispute):
        told |= people.user_ids_in_role("delivery_unit")
    _notify(event, dispute, told, overdue_in_words(dispute.title), at)
    return True


def passed_in_words(deadline: date) -> str:
    """Why a dispute climbs by itself."""
    return _("The last day at this tier, %(day)s, passed.") % {"day": days.in_words(deadline)}


def step_in_words(tier: int, title: str) -> str:
    """What people are told of a step."""
    return _("Bumped up to tier %(tier)d: %(title)s") % {"tier": tier, "title": title}


def overdue_in_words(title: str) -> str:
    """What people are told of a dispute that nothing above can take on."""
    return _("Overdue at the top: %(title)s") % {"title": title}


def is_restricted(dispute: Dispute) -> bool:
    """Whether it may be named only to some forums."""
    return dispute.restricted_to.exists()


def url_of(dispute: Dispute) -> str:
    """Its page."""
    return reverse("reviews:dispute", args=[dispute.pk])
