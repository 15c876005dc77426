"""Decisions: what a motion came to, and whether those it was entered for agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Decision, DecisionSource, Motion, Vote, Voter
from forums.rules import voting
from forums.selectors import motions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.selectors import people


class NotThePrincipal(Refused):
    message = gettext_lazy(
        "Only whoever holds the post this decision was entered for may confirm or repudiate it."
    )
    code = "not_the_principal"


class OwnEntry(Refused):
    message = gettext_lazy(
        "Nobody confirms what they entered themselves. Another holder of the post may, or the forum"
        " decides anew."
    )
    code = "own_entry"


class NotAwaited(Refused):
    message = gettext_lazy("This decision awaits no confirmation any more.")
    code = "not_awaited"


class RepudiationNeedsReason(Refused):
    message = gettext_lazy("Say why you repudiate this decision.")
    code = "repudiation_needs_reason"


class AlreadySuperseded(Refused):
    message = gettext_lazy("That decision already takes the place of another.")
    code = "already_superseded"


class DecisionNeedsReason(Refused):
    message = gettext_lazy("Give the reason of the decision, as the minute states it.")
    code = "decision_needs_reason"


@dataclass(frozen=True, slots=True)
class Minute:
    """What a signed minute adds to the votes."""

    reason: str
    dissent: str = ""
    sources: tuple[tuple[str, date], ...] = ()


def conclude(
    *,
    motion: Motion,
    found: voting.Tally,
    by: Actor,
    at: datetime,
    minute: Minute | None = None,
) -> Decision | None:
    """Write the decision a count gave; None while the motion stays open.

    Called by votes in their transaction; exactly one caller wins the motion.
    """
    if found.is_open:
        return None
    if minute is not None and not minute.reason.strip():
        raise DecisionNeedsReason(fields={"reason": str(DecisionNeedsReason.message)})
    won = Motion.objects.filter(pk=motion.pk, state=Motion.State.OPEN).update(state=found.state)
    if won != 1:
        return None
    motion.state = found.state
    voters = list(motions.voters(motion))
    decision = Decision.objects.create(
        motion=motion,
        outcome=found.state,
        reason=minute.reason if minute else _reason(found, voters),
        dissent=(minute.dissent if minute else "") or _dissent(found, voters),
        present=[str(voter.post) for voter in voters if _took_part(voter)],
        stood_aside=[f"{voter.post}: {why}" for voter in voters if (why := _aside(voter))],
        standing=Decision.Standing.AWAITED if minute else Decision.Standing.OWN,
        at=at,
        **Decision.fields_of(by),
    )
    DecisionSource.objects.bulk_create(
        DecisionSource(decision=decision, title=title, dated=dated)
        for title, dated in (minute.sources if minute else ())
    )
    _announce(decision, voters, by, at)
    return decision


def _announce(decision: Decision, voters: list[Voter], by: Actor, at: datetime) -> None:
    motion = decision.motion
    event = events.record(
        verb="decision.taken",
        subject=decision,
        by=by,
        at=at,
        data={
            "motion": motion.pk,
            "forum": motion.forum_id,
            "outcome": decision.outcome,
            "standing": decision.standing,
            "interest_stated": any(voter.interest_stated for voter in voters),
        },
        texts={"reason": decision.reason, "dissent": decision.dissent},
        restricted=motion.restricted,
    )
    url = reverse("forums:decision", args=[decision.pk])
    principals = set[int]()
    if decision.standing == Decision.Standing.AWAITED:
        principals = people.user_ids_holding([decision.principal_post_id], at.date())
        notices.notify(
            event=event,
            recipients=principals,
            title=_("Entered on your behalf, please confirm or repudiate: %(title)s")
            % {"title": motion.title},
            url=url,
            decide=True,
        )
    around = [*(voter.post_id for voter in voters), motion.forum.secretary_id]
    told = people.user_ids_holding(around, at.date()) | {motion.by_user_id or 0}
    notices.notify(
        event=event,
        recipients=told - principals - {0},
        title=_("Decided: %(title)s") % {"title": motion.title},
        url=url,
    )


@transaction.atomic
def supersede(*, decision: Decision, by_decision: Decision, by: Actor, at: datetime) -> Decision:
    """Note that a later decision takes the place of an earlier one, once."""
    taken = Decision.objects.filter(pk=by_decision.pk, supersedes=None).update(supersedes=decision)
    if taken != 1:
        raise AlreadySuperseded
    by_decision.refresh_from_db()
    events.record(
        verb="decision.superseded",
        subject=decision,
        by=by,
        at=at,
        data={"by_decision": by_decision.pk},
        restricted=decision.motion.restricted,
    )
    return by_decision


@transaction.atomic
def confirm(*, decision: Decision, reason: str, by: Actor, at: datetime) -> Decision:
    """The principal says that the decision was entered as it was taken.

    Raises OwnEntry when they entered it themselves, NotThePrincipal, NotAwaited.
    """
    return _answer(decision, Decision.Standing.CONFIRMED, reason, by, at)


@transaction.atomic
def repudiate(*, decision: Decision, reason: str, by: Actor, at: datetime) -> Decision:
    """The principal says that it was not taken so. It stands until another supersedes it.

    Raises RepudiationNeedsReason, NotThePrincipal, NotAwaited.
    """
    if not reason.strip():
        raise RepudiationNeedsReason(fields={"reason": str(RepudiationNeedsReason.message)})
    return _answer(decision, Decision.Standing.REPUDIATED, reason, by, at)


def _answer(decision: Decision, standing: str, reason: str, by: Actor, at: datetime) -> Decision:
    post_id = decision.principal_post_id
    if post_id is None or by.user_id not in people.holder_ids([post_id], at.date())[post_id]:
        raise NotThePrincipal
    if standing == Decision.Standing.CONFIRMED and by.user_id == decision.by_user_id:
        raise OwnEntry
    answered = Decision.objects.filter(pk=decision.pk, standing=Decision.Standing.AWAITED).update(
        standing=standing, standing_reason=reason, answered_at=at, answered_by_id=by.user_id
    )
    if answered != 1:
        raise NotAwaited
    decision.refresh_from_db()
    motion = decision.motion
    event = events.record(
        verb=f"decision.{standing}",
        subject=decision,
        by=by,
        at=at,
        data={"motion": motion.pk},
        texts={"reason": reason},
        restricted=motion.restricted,
    )
    posts = motion.voters.values_list("post_id", flat=True)
    told = people.user_ids_holding([*posts, motion.forum.secretary_id], at.date())
    if standing == Decision.Standing.REPUDIATED:
        told |= people.user_ids_in_role("auditor")
        if not motion.restricted:
            told |= people.user_ids_in_role("delivery_unit")
        title = _("Repudiated: %(title)s")
    else:
        title = _("Confirmed: %(title)s")
    notices.notify(
        event=event,
        recipients=told | {decision.by_user_id or 0} - {0},
        title=title % {"title": motion.title},
        url=reverse("forums:decision", args=[decision.pk]),
    )
    return decision


def _took_part(voter: Voter) -> bool:
    return hasattr(voter, "vote") and voter.vote.choice != Vote.Choice.STOOD_ASIDE


def _aside(voter: Voter) -> str:
    """Why a place stood aside, or ruled although it has an interest; or ""."""
    if voter.interest_stated:
        return _("presides with this interest stated: %(why)s") % {"why": voter.interest_stated}
    if voter.barred_because:
        return voter.barred_because
    if hasattr(voter, "vote") and voter.vote.choice == Vote.Choice.STOOD_ASIDE:
        return voter.vote.reason
    return ""


def _said(voters: list[Voter], choice: str) -> str:
    return "\n\n".join(
        f"{voter.post}: {voter.vote.reason}"
        for voter in voters
        if hasattr(voter, "vote") and voter.vote.choice == choice and voter.vote.reason
    )


def _reason(found: voting.Tally, voters: list[Voter]) -> str:
    """The reasons given for what won; of a lapsed motion, why it lapsed."""
    carried = found.state == Motion.State.CARRIED
    winning = Vote.Choice.FOR if carried else Vote.Choice.AGAINST
    presiding = [voter for voter in voters if voter.presides]
    if found.why.startswith("who_presides"):
        return presiding[0].vote.reason
    said = "" if found.state == Motion.State.LAPSED else _said(voters, winning)
    return said or {
        "no_quorum": _("The time passed without a quorum."),
        "quorum_out_of_reach": _("Too many stood aside: the quorum cannot be reached."),
        "nobody_presides": _("The one who presides stood aside."),
        "undecided": _("The time passed without a decision by the one who presides."),
        "no_majority_for": _("There was no majority for the motion."),
        "not_all_for": _("Not all were for the motion."),
    }.get(found.why, _("The votes decided it."))


def _dissent(found: voting.Tally, voters: list[Voter]) -> str:
    carried = found.state == Motion.State.CARRIED
    return _said(voters, Vote.Choice.AGAINST if carried else Vote.Choice.FOR)
