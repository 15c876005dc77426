"""Settlements: terms one party offers, in force once every party has assented.

Possible until a ruling. To propose is to assent.
"""

from __future__ import annotations

from datetime import date, datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.services import actions
from labs.models import Revision
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post
from reviews.models import Dispute, Party, SettlementAnswer, SettlementProposal
from reviews.selectors import standing
from reviews.services import approvals, cases, ladder
from reviews.services.positions import check

log = structlog.get_logger(__name__)


class NeedsTerms(Refused):
    message = gettext_lazy("Give the terms you offer and why the others should accept them.")
    code = "needs_terms"


class AnswerNeedsReason(Refused):
    message = gettext_lazy("Give a reason for your answer.")
    code = "answer_needs_reason"


class AlreadyAnswered(Refused):
    message = gettext_lazy("Your organisation has already answered. Make a proposal of your own.")
    code = "already_answered"


class YourOwnProposal(Refused):
    message = gettext_lazy("Your organisation made this proposal and has assented by that.")
    code = "your_own_proposal"


class IncompleteAction(Refused):
    message = gettext_lazy("An action needs what, who and by when.")
    code = "incomplete_action"


class ActionDueInThePast(Refused):
    message = gettext_lazy("Give a day in the future by which it is due.")
    code = "due_in_the_past"


class ActionWouldBeNamed(Refused):
    message = gettext_lazy(
        "This dispute is restricted, and an action is seen by whoever verifies it. Name it in the"
        " terms, or ask the forum to rule it."
    )
    code = "settled_action_would_be_named"


@transaction.atomic
def propose(
    *,
    dispute: Dispute,
    party: Party,
    terms: str,
    reason: str,
    by: Actor,
    at: datetime,
    revision: Revision | None = None,
    action_title: str = "",
    action_owner: Post | None = None,
    action_due: date | None = None,
) -> SettlementProposal:
    """Offer terms; ``revision`` notes a draft that would carry them out.

    An action comes into being once they take effect. Raises NeedsTerms, IncompleteAction,
    ActionDueInThePast, ActionWouldBeNamed, positions.NoParty, ladder.Ended.
    """
    if not terms.strip() or not reason.strip():
        raise NeedsTerms
    _check_action(dispute, action_title, action_owner, action_due, at)
    check(dispute, party)
    cases.keep_open(dispute)
    proposal = SettlementProposal.objects.create(
        dispute=dispute,
        party=party,
        tier=dispute.tier,
        terms=terms,
        reason=reason,
        revision=revision,
        action_title=action_title.strip(),
        action_owner=action_owner,
        action_due=action_due,
        at=at,
        **SettlementProposal.fields_of(by),
    )
    cases.tell(
        verb="settlement.proposed",
        dispute=dispute,
        subject=proposal,
        by=by,
        at=at,
        title=_("%(party)s proposes a settlement: %(title)s")
        % {"party": party, "title": dispute.title},
        data={
            "tier": dispute.tier,
            "organisation": party.organisation_id,
            "revision": revision.pk if revision else None,
        },
        texts={"terms": terms, "reason": reason, "action": action_title},
        asked=[each.organisation_id for each in standing.parties(dispute) if each.pk != party.pk],
        asked_title=_("Your answer is asked: %(party)s proposes a settlement: %(title)s")
        % {"party": party, "title": dispute.title},
    )
    return proposal


def _check_action(
    dispute: Dispute, title: str, owner: Post | None, due: date | None, at: datetime
) -> None:
    given = (bool(title.strip()), owner is not None, due is not None)
    if not any(given):
        return
    if not all(given):
        raise IncompleteAction
    if due is not None and due < standing.today(dispute, at):
        raise ActionDueInThePast(fields={"action_due": ActionDueInThePast.message})
    if ladder.is_restricted(dispute):
        raise ActionWouldBeNamed


@transaction.atomic
def answer(
    *,
    proposal: SettlementProposal,
    party: Party,
    assents: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> SettlementAnswer:
    """Assent to a proposal or decline it; the last assent ends the dispute as settled.

    Answers the dispute as ``proposal.dispute`` was read: when it climbed meanwhile
    raises ladder.AlreadyMoved and records nothing. Raises AnswerNeedsReason,
    AlreadyAnswered, YourOwnProposal, positions.NoParty, ladder.Ended.
    """
    dispute = proposal.dispute
    if not reason.strip():
        raise AnswerNeedsReason(fields={"reason": str(AnswerNeedsReason.message)})
    check(dispute, party)
    if party.pk == proposal.party_id:
        raise YourOwnProposal
    cases.keep_open(dispute, same_tier=True)
    if proposal.answers.filter(party=party).exists():
        raise AlreadyAnswered
    row = SettlementAnswer.objects.create(
        proposal=proposal,
        party=party,
        assents=assents,
        reason=reason,
        at=at,
        **SettlementAnswer.fields_of(by),
    )
    says = _("%(party)s assents: %(title)s") if assents else _("%(party)s declines: %(title)s")
    cases.tell(
        verb="settlement.answered",
        dispute=dispute,
        subject=row,
        by=by,
        at=at,
        title=says % {"party": party, "title": dispute.title},
        data={
            "proposal": proposal.pk,
            "organisation": party.organisation_id,
            "assents": assents,
        },
        texts={"reason": reason},
    )
    settle_if_agreed(dispute=dispute, by=by, at=at)
    return row


def settle_if_agreed(*, dispute: Dispute, by: Actor, at: datetime) -> SettlementProposal | None:
    """End the dispute when all remaining parties stand behind one proposal."""
    remaining = {party.pk for party in standing.parties(dispute)}
    if len(remaining) < 2:
        return None
    offers = dispute.settlements.filter(party__in=remaining).prefetch_related("answers")
    agreed = next((each for each in offers if remaining <= behind(each)), None)
    if agreed is None:
        return None
    cases.end(
        dispute=dispute,
        act="settle",
        reason=agreed.terms,
        by=by,
        at=at,
        data={"proposal": agreed.pk},
    )
    SettlementProposal.objects.filter(pk=agreed.pk, accepted_at=None).update(accepted_at=at)
    agreed.accepted_at = at
    _open_action(agreed, by, at)
    _put_draft(agreed, by, at)
    return agreed


def _open_action(agreed: SettlementProposal, by: Actor, at: datetime) -> None:
    """What the parties agreed that somebody does is theirs to do from now on, and tracked."""
    if agreed.action_owner is None or agreed.action_due is None:
        return
    agreed.action = actions.open(
        title=agreed.action_title,
        owner=agreed.action_owner,
        due_on=max(agreed.action_due, at.date()),
        by=by,
        at=at,
    )
    agreed.save(update_fields=["action"])


def _put_draft(agreed: SettlementProposal, by: Actor, at: datetime) -> None:
    """Put the draft that the parties agreed on to the forum that decides it.

    A draft that cannot be put yet stays one: the settlement holds all the same, and its
    page leads to the draft.
    """
    revision = agreed.revision
    if revision is None or revision.state != Revision.State.DRAFT:
        return
    try:
        with transaction.atomic():
            approvals.submit(revision=revision, reason=agreed.terms, by=by, at=at)
    except Refused as refused:
        log.info("settled_draft_not_put", revision=revision.pk, code=refused.code)


def behind(proposal: SettlementProposal) -> set[int]:
    """The parties that assent: who proposed, and who answered yes."""
    return {proposal.party_id} | {each.party_id for each in proposal.answers.all() if each.assents}
