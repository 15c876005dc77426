"""More time at a tier: a party may ask for it; the chair gives it, once, or declines."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people import days as written
from people.selectors import calendars
from reviews.models import Dispute, Extension, Party, Tier, TimeAsked, TimeDeclined
from reviews.rules import extensions as rules
from reviews.selectors import extensions as selectors
from reviews.selectors import standing
from reviews.services import cases, ladder
from reviews.services.positions import check


class NeedsReason(Refused):
    message = gettext_lazy("Say what the time is for.")
    code = "extension_needs_reason"


class NeedsDays(Refused):
    message = gettext_lazy("Give at least one working day.")
    code = "extension_needs_days"


class NotNow(Refused):
    """The time here cannot be extended so; the message says why."""

    code = "extension_not_now"

    def __init__(self, code: str, longest: int) -> None:
        message = str(selectors.WORDS.get(code, ladder.Ended.message))
        if code == "too_long":
            message = ngettext(
                "At most %(days)d working day may be added here: half of this tier's own time.",
                "At most %(days)d working days may be added here: half of this tier's own time.",
                longest,
            ) % {"days": longest}
            super().__init__(message, fields={"days": message})
        else:
            super().__init__(message)
        self.code = f"extension_{code}"


class AskedBefore(Refused):
    message = gettext_lazy(
        "Your organisation has already asked for more time at this tier. The chair decides."
    )
    code = "time_asked_before"


class NotWaiting(Refused):
    message = gettext_lazy(
        "This request is no longer open: the time was given or declined, or the dispute moved on."
    )
    code = "time_asked_not_waiting"


class DeclineNeedsReason(Refused):
    message = gettext_lazy("Say why there is no more time.")
    code = "time_declined_needs_reason"


@transaction.atomic
def grant(*, dispute: Dispute, days: int, reason: str, by: Actor, at: datetime) -> Extension:
    """Move the last day at the tier that holds the dispute, as it was read.

    At most half of the tier's own working days, once per stay at it, and never after the last
    day has passed: what is overdue at the top stays overdue. Of an extension and a step
    at the same moment exactly one wins. Raises NeedsReason, NeedsDays, NotNow,
    ladder.Ended, ladder.AlreadyMoved.
    """
    _check(days, reason)
    cases.keep_open(dispute, same_tier=True)
    _refuse(dispute, days, at)
    tier = standing.tier_of(dispute)
    before = dispute.deadline
    assert before is not None, "an open dispute has a deadline"
    after = calendars.deadline(before, days, standing.forum_of(tier).country)
    nudge_on = standing.nudge_day(tier, after, standing.today(dispute, at))
    moved = Dispute.objects.filter(
        pk=dispute.pk,
        state=Dispute.State.OPEN,
        tier=dispute.tier,
        deadline=before,
        overdue_at_top_since=None,
    ).update(deadline=after, nudge_on=nudge_on)
    # The rung is another one if the dispute was sent to the conflict forum since.
    if moved != 1 or not Tier.objects.filter(pk=tier.pk).update(deadline=after):
        raise ladder.AlreadyMoved
    dispute.deadline, dispute.nudge_on = after, nudge_on
    extension = Extension.objects.create(
        dispute=dispute,
        tier=tier.number,
        forum=tier.forum,
        days=days,
        reason=reason,
        before=before,
        after=after,
        at=at,
        **Extension.fields_of(by),
    )
    cases.tell(
        verb="dispute.extended",
        dispute=dispute,
        subject=dispute,
        by=by,
        at=at,
        title=_("More time, until %(day)s: %(title)s")
        % {"day": written.in_words(after), "title": dispute.title},
        data={
            "tier": dispute.tier,
            "days": days,
            "before": before.isoformat(),
            "after": after.isoformat(),
        },
        texts={"reason": reason},
    )
    return extension


@transaction.atomic
def ask(
    *, dispute: Dispute, party: Party, days: int, reason: str, by: Actor, at: datetime
) -> TimeAsked:
    """A party asks the chair for more time at this tier, once; until then the day stands.

    Raises NeedsReason, NeedsDays, NotNow, AskedBefore, positions.NoParty, ladder.Ended,
    ladder.AlreadyMoved.
    """
    _check(days, reason)
    check(dispute, party)
    cases.keep_open(dispute, same_tier=True)
    _refuse(dispute, days, at)
    if not selectors.may_ask(dispute, party):
        raise AskedBefore
    tier = standing.tier_of(dispute)
    row = TimeAsked.objects.create(
        party=party,
        tier=tier.number,
        forum=tier.forum,
        days=days,
        reason=reason,
        at=at,
        **TimeAsked.fields_of(by),
    )
    title = _("%(party)s asks for more time: %(title)s") % {"party": party, "title": dispute.title}
    cases.tell(
        verb="dispute.time_asked",
        dispute=dispute,
        subject=row,
        by=by,
        at=at,
        title=title,
        data={"tier": dispute.tier, "days": days, "organisation": party.organisation_id},
        texts={"reason": reason},
        deciders=standing.presiding(dispute, standing.today(dispute, at)),
    )
    return row


@transaction.atomic
def decline(*, request: TimeAsked, reason: str, by: Actor, at: datetime) -> TimeDeclined:
    """The chair gives no more time for this; whoever asked is told why. The last day stands.

    ``request.party.dispute`` stands at the tier it was read at. Raises DeclineNeedsReason,
    NotWaiting, ladder.Ended, ladder.AlreadyMoved.
    """
    if not reason.strip():
        raise DeclineNeedsReason(fields={"reason": DeclineNeedsReason.message})
    dispute = request.party.dispute
    cases.keep_open(dispute, same_tier=True)
    if not selectors.is_waiting(request, at):
        raise NotWaiting
    row = TimeDeclined.objects.create(
        request=request, reason=reason, at=at, **TimeDeclined.fields_of(by)
    )
    cases.tell(
        verb="dispute.time_declined",
        dispute=dispute,
        subject=row,
        by=by,
        at=at,
        title=_("No more time for %(party)s: %(title)s")
        % {"party": request.party, "title": dispute.title},
        data={
            "tier": request.tier,
            "days": request.days,
            "organisation": request.party.organisation_id,
            "asked": request.pk,
        },
        texts={"reason": reason},
    )
    return row


def _check(days: int, reason: str) -> None:
    if days < 1:
        raise NeedsDays(fields={"days": NeedsDays.message})
    if not reason.strip():
        raise NeedsReason(fields={"reason": NeedsReason.message})


def _refuse(dispute: Dispute, days: int, at: datetime) -> None:
    found = rules.obstacles(selectors.asked(dispute, at, days))
    if found:
        raise NotNow(found[0], selectors.longest(dispute))
