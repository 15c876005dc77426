"""Warnings before a dispute's last day, reminders at the top after it, silence noted.

Each is claimed on its day by compare-and-set: however often these run, and however many at
once, people are told once. What has ended or was done is never reached.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people import days
from people.rules import workdays
from people.selectors import calendars, people
from reviews.models import Dispute, InformationRequest, Referral, Tier
from reviews.selectors import climbing, referrals, standing
from reviews.services import cases, ladder, referral_notices

SWEEP = Actor.system("nudge")
AT_ONCE = 200
DAYS_BETWEEN = 2  # working days from one reminder of a referral to the next


def nudge(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Warn and remind around disputes whose day has come; returns around how many."""
    waiting = Dispute.objects.filter(
        state=Dispute.State.OPEN, nudge_on__lte=climbing.latest_day(at)
    ).order_by("nudge_on", "pk")
    if not waiting.exists():
        return 0
    found = waiting.select_related("area__programme")[:limit]
    return sum(_nudge(dispute, at) for dispute in found)


@transaction.atomic
def _nudge(dispute: Dispute, at: datetime) -> bool:
    day, deadline = standing.today(dispute, at), dispute.deadline
    if dispute.nudge_on is None or deadline is None or day < dispute.nudge_on:
        return False
    tier = standing.tier_of(dispute)
    passed = day > deadline
    again = standing.nudge_day(tier, deadline, day) if passed else None
    claimed = Dispute.objects.filter(
        pk=dispute.pk,
        state=Dispute.State.OPEN,
        tier=dispute.tier,
        deadline=deadline,
        nudge_on=dispute.nudge_on,
    ).update(nudge_on=again)
    if claimed != 1:
        return False
    if passed and again is None:
        return False  # it moves up by itself; there is nothing left to warn of
    if passed:
        _remind(dispute, tier, deadline, day, at)
    else:
        _warn(dispute, tier, deadline, day, at)
    return True


def _warn(dispute: Dispute, tier: Tier, deadline: date, day: date, at: datetime) -> None:
    """How long is left, and who decides then with which knowledge."""
    country = standing.forum_of(tier).country
    days_off = calendars.holidays(country, day.year, deadline.year)
    left = workdays.working_days_between(day, deadline, days_off)
    event = _record("dispute.warned", dispute, at, {"tier": tier.number, "left": left})
    _tell(event, dispute, warning_in_words(dispute, tier, left), at)


def warning_in_words(dispute: Dispute, tier: Tier, left: int) -> str:
    """What people are told before the last day at a tier."""
    forum = standing.forum_of(tier)
    head = ngettext(
        "One working day is left at %(forum)s: %(title)s.",
        "%(count)d working days are left at %(forum)s: %(title)s.",
        left,
    )
    if left == 0:
        head = _("Today is the last day at %(forum)s: %(title)s.")
    above = Tier.objects.filter(dispute=dispute, number=tier.number + 1).select_related("forum")
    following = above.first()
    if following is None:
        tail = _("Nothing is above it; until it rules, the plan in force holds.")
    else:
        tail = _("Then it goes to %(next)s, which decides knowing only the file.") % {
            "next": standing.forum_of(following)
        }
    room = 298 - len(tail) - len(head) - len(str(forum))
    title = dispute.title if len(dispute.title) <= room else dispute.title[: room - 1] + "…"
    return f"{head % {'count': left, 'forum': forum, 'title': title}} {tail}"


def _remind(dispute: Dispute, tier: Tier, deadline: date, day: date, at: datetime) -> None:
    event = _record("dispute.reminded", dispute, at, {"tier": tier.number, "day": day.isoformat()})
    title = _("Overdue at the top since %(day)s: %(title)s") % {
        "day": days.in_words(dispute.overdue_at_top_since or deadline),
        "title": dispute.title,
    }
    _tell(event, dispute, title, at, also=people.user_ids_in_role("delivery_unit"))


def _record(verb: str, dispute: Dispute, at: datetime, data: dict[str, object]) -> Event:
    return events.record(
        verb=verb,
        subject=dispute,
        by=SWEEP,
        at=at,
        data=data,
        programme_id=dispute.area.programme_id,
        restricted=ladder.is_restricted(dispute),
    )


def _tell(
    event: Event,
    dispute: Dispute,
    title: str,
    at: datetime,
    also: set[int] | frozenset[int] = frozenset(),
) -> None:
    """The parties and the forum; whoever presides is told that it is theirs to decide."""
    url, on = ladder.url_of(dispute), standing.today(dispute, at)
    deciding = standing.presiding(dispute, on)
    around = standing.people_around(dispute, on)
    around |= set() if ladder.is_restricted(dispute) else also
    notices.notify(event=event, recipients=deciding, title=title, url=url, decide=True)
    notices.notify(event=event, recipients=around - deciding, title=title, url=url)


def note_silence(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Put on the record that a request for information was met by silence; of how many."""
    waiting = InformationRequest.objects.filter(
        state=InformationRequest.State.OPEN,
        silent_since=None,
        due_on__lt=climbing.latest_day(at),
        dispute__state=Dispute.State.OPEN,
    ).order_by("due_on", "pk")
    if not waiting.exists():
        return 0
    related = ("organisation", "asked_by__organisation", "dispute__area__programme")
    return sum(_note(request, at) for request in waiting.select_related(*related)[:limit])


@transaction.atomic
def _note(request: InformationRequest, at: datetime) -> bool:
    dispute = request.dispute
    if standing.today(dispute, at) <= request.due_on:
        return False
    since = request.due_on + timedelta(days=1)
    claimed = InformationRequest.objects.filter(
        pk=request.pk,
        state=InformationRequest.State.OPEN,
        due_on=request.due_on,
        silent_since=None,
    ).update(silent_since=since)
    if claimed != 1:
        return False
    named = {"organisation": request.organisation, "title": dispute.title}
    cases.tell(
        verb="information.silent",
        dispute=dispute,
        subject=request,
        by=SWEEP,
        at=at,
        title=_("%(organisation)s did not answer in time, a ground to go up: %(title)s") % named,
        data={"organisation": request.organisation_id, "since": since.isoformat()},
        asked=[request.organisation],
        asked_title=_("Your organisation did not answer in time. It can still: %(title)s") % named,
    )
    return True


def nag_of_referrals(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Remind those asked of what they have not answered; returns of how many referrals."""
    waiting = Referral.objects.filter(
        state=Referral.State.OPEN, nag_on__lte=climbing.latest_day(at)
    ).order_by("nag_on", "pk")
    if not waiting.exists():  # most runs: nothing of the many tables around it is asked for
        return 0
    found = waiting.select_related(*referrals.RELATED)[:limit]
    return sum(_nag(referral, at) for referral in found)


@transaction.atomic
def _nag(referral: Referral, at: datetime) -> bool:
    about = referrals.about(review=referral.review, dispute=referral.dispute)
    day = about.day(at)
    if referral.nag_on is None or day < referral.nag_on:
        return False
    country = about.forum.country or about.programme.country
    claimed = Referral.objects.filter(
        pk=referral.pk, state=Referral.State.OPEN, nag_on=referral.nag_on
    ).update(nag_on=calendars.deadline(day, DAYS_BETWEEN, country))
    if claimed != 1:
        return False
    event = events.record(
        verb="referral.nagged",
        subject=referral,
        by=SWEEP,
        at=at,
        data={"due_on": referral.due_on.isoformat(), "organisation": referral.organisation_id},
        programme_id=about.programme.pk,
        restricted=about.restricted,
    )
    title = _("An answer is overdue since %(day)s: %(title)s") % {
        "day": days.in_words(referral.due_on),
        "title": about.title,
    }
    asked = referral_notices.asked_of(referral, about, at)
    url = referral_notices.url_of(referral)
    notices.notify(event=event, recipients=asked, title=title, url=url, decide=True)
    asker = {pk for pk in (referral.by_user_id, referral.principal_id) if pk} - asked
    notices.notify(event=event, recipients=asker, title=title, url=url)
    return True
