"""What every act in a dispute begins and ends with: still open, told, ended once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from kpis.services import holds
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people.models import Organisation, Post
from people.selectors import people
from reviews.models import Dispute
from reviews.rules import ladder as rules
from reviews.selectors import held, standing
from reviews.services import ladder

OPEN = Dispute.State.OPEN


def keep_open(dispute: Dispute, *, same_tier: bool = False) -> None:
    """Hold the dispute's row for this transaction and read again where it stands.

    Raises ladder.Ended when it has ended; with ``same_tier`` ladder.AlreadyMoved
    when it has climbed since it was read.
    """
    if Dispute.objects.filter(pk=dispute.pk, state=OPEN).update(state=OPEN) != 1:
        raise ladder.Ended
    read_at = dispute.tier
    dispute.refresh_from_db(fields=["tier", "deadline"])
    if same_tier and dispute.tier != read_at:
        raise ladder.AlreadyMoved


def end(
    *,
    dispute: Dispute,
    act: str,
    reason: str,
    by: Actor,
    at: datetime,
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> None:
    """End an open case at the tier it was read at: mark lifted, motions withdrawn, told.

    Of a step up and an ending at the same moment exactly one wins; the other
    raises ladder.AlreadyMoved or ladder.Ended.
    """
    try:
        after = rules.end(standing.case_of(dispute), act)
    except rules.Illegal as illegal:
        raise ladder.Ended from illegal
    won = Dispute.objects.filter(pk=dispute.pk, state=OPEN, tier=dispute.tier).update(
        state=after.state, ended_at=at, ended_because=reason, **fields
    )
    if won != 1:
        ended = not Dispute.objects.filter(pk=dispute.pk, state=OPEN).exists()
        raise ladder.Ended if ended else ladder.AlreadyMoved
    dispute.refresh_from_db()
    if dispute.kpi is not None:
        restricted = ladder.is_restricted(dispute)
        lifted = _("The restricted dispute about it has ended.") if restricted else reason
        holds.lift(kpi=dispute.kpi, ref=ref_of(dispute), reason=lifted, by=by, at=at)
    if act != "rule":
        why = _("The dispute ended before a ruling: %(how)s.") % {
            "how": dispute.get_state_display()
        }
        ladder.withdraw_motions(dispute=dispute, reason=why, by=by, at=at)
    tell(
        verb=f"dispute.{after.state}",
        dispute=dispute,
        by=by,
        at=at,
        title=_("Dispute ended, %(how)s: %(title)s")
        % {"how": dispute.get_state_display(), "title": dispute.title},
        data={"tier": dispute.tier, **(data or {})},
        texts={"reason": reason},
    )


def tell(
    *,
    verb: str,
    dispute: Dispute,
    by: Actor,
    at: datetime,
    title: str,
    subject: models.Model | None = None,
    data: dict[str, Any] | None = None,
    texts: dict[str, str] | None = None,
    asked: Iterable[Organisation | int] = (),
    asked_title: str = "",
    deciders: Iterable[int] = (),
) -> Event:
    """Record one event of a dispute and tell the parties and the forum that holds it.

    ``asked``: organisations whose answer it asks for, who are told ``asked_title`` (else
    ``title``); ``deciders``: users whose decision it is. Both by mail at once.
    """
    event = events.record(
        verb=verb,
        subject=subject or dispute,
        by=by,
        at=at,
        data={"dispute": dispute.pk, **(data or {})},
        texts=texts,
        programme_id=dispute.area.programme_id,
        restricted=ladder.is_restricted(dispute),
    )
    url = ladder.url_of(dispute)
    own = {by.user_id or 0}
    answering = _in(asked, at) - own
    deciding = set(deciders) - answering - own
    around = standing.people_around(dispute, at.date()) - answering - deciding - own
    to = asked_title or title
    notices.notify(event=event, recipients=answering, title=to, url=url, decide=True)
    notices.notify(event=event, recipients=deciding, title=title, url=url, decide=True)
    notices.notify(event=event, recipients=around, title=title, url=url)
    return event


def _in(organisations: Iterable[Organisation | int], at: datetime) -> set[int]:
    """Users who hold a post in any of these."""
    posts = Post.objects.filter(organisation__in=list(organisations))
    return people.user_ids_holding(posts.values_list("pk", flat=True), at.date())


def ref_of(dispute: Dispute) -> str:
    """Under which name the dispute holds a KPI."""
    return held.ref_of(dispute)
