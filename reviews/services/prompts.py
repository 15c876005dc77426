"""Prompts: what waits for a person is kept in mind, repeated, and dropped once it is done.

A look compares a person's desk with their open prompts. The desk knows the posts they hold,
acting ones too, so whoever stands in is told, and both are left alone when one has acted.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger import wallclock
from ledger.models import Notice
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people.models import DeskRound, User
from people.selectors import calendars, notice_wishes, people
from reviews.models import Prompt
from reviews.selectors import desk as desks
from reviews.selectors import desk_lines
from reviews.selectors.desk_lines import Line

BY = Actor.system("desk")
EVERY = datetime.timedelta(minutes=10)
JUST = datetime.timedelta(days=1)
AGAIN_DECIDE, AGAIN = 1, 5  # working days
OURS = (FILLED, REMINDED) = ("desk.filled", "desk.reminded")
# Reminded of by their own sweep (kpis.services.reminders): in mails, in no notice from here.
TOLD_ELSEWHERE = ("values",)


def sweep(*, at: datetime.datetime, now: datetime.datetime, limit: int) -> int:
    """Look over the desks of at most ``limit`` people, longest ago first; returns how many.

    Each person every ten minutes of real time (``now``), by one worker: the round is
    claimed by compare-and-set.
    """
    Prompt.objects.filter(done_at=None, user__is_active=False).update(done_at=at)
    looked = 0
    for user, seen_at in _to_look_at(now, limit):
        rounds = DeskRound.objects.filter(user=user, looked_at=seen_at)
        if rounds.update(looked_at=now) == 1:
            look(user=user, at=at)
            looked += 1
    return looked


def _to_look_at(now: datetime.datetime, limit: int) -> list[tuple[User, datetime.datetime | None]]:
    fresh = User.objects.filter(is_active=True, is_system=False, desk_round=None).order_by("pk")
    DeskRound.objects.bulk_create(
        [DeskRound(user=user, digested_at=now) for user in fresh[:limit]], ignore_conflicts=True
    )
    due = DeskRound.objects.filter(
        Q(looked_at=None) | Q(looked_at__lte=now - EVERY),
        user__is_active=True,
        user__is_system=False,
    )
    rows = due.select_related("user").order_by(F("looked_at").asc(nulls_first=True), "pk")
    return [(row.user, row.looked_at) for row in rows[:limit]]


def look(*, user: User, at: datetime.datetime) -> list[Line]:
    """Bring a person's prompts up to their desk, and tell them of what is new or due again.

    Returns what waits for them. ``user`` as freshly read: what they hold is kept on it.
    """
    on = at.astimezone(notice_wishes.zone_of(user)).date()
    lines = desk_lines.lines(desks.desk(user, on, at))
    if _is_up_to_date(lines, _known(user), on):
        return lines
    with transaction.atomic():
        _hold(user)
        # Read again: another look may have been faster, or a matter done meanwhile.
        people.forget(user)
        lines, known = desk_lines.lines(desks.desk(user, on, at)), _known(user)
        keys = {line.key for line in lines}
        gone = [row.pk for key, row in known.items() if key not in keys]
        Prompt.objects.filter(pk__in=gone, done_at=None).update(done_at=at)
        new = [line for line in lines if line.key not in known]
        _open(user, new, on, at)
        again = _repeat([(line, known[line.key]) for line in lines if line.key in known], on)
        _tell(user, _untold(user, new, at, ()), at, again=False)
        _tell(user, _untold(user, again, at, OURS), at, again=True)
    return lines


def _known(user: User) -> dict[str, Prompt]:
    return {row.key: row for row in Prompt.objects.filter(user=user, done_at=None)}


def _is_up_to_date(lines: Sequence[Line], known: Mapping[str, Prompt], on: datetime.date) -> bool:
    """Whether nothing is new, done or due again: the usual case, which writes nothing."""
    return {line.key for line in lines} == set(known) and all(
        row.again_on > on for row in known.values()
    )


def _hold(user: User) -> None:
    """Hold the person's round until the end, so that two looks come one after the other."""
    rounds = DeskRound.objects.filter(user=user)
    if rounds.update(looked_at=F("looked_at")) == 0:
        row = DeskRound(user=user, digested_at=wallclock.now())
        DeskRound.objects.bulk_create([row], ignore_conflicts=True)
        rounds.update(looked_at=F("looked_at"))


def _open(user: User, lines: Sequence[Line], on: datetime.date, at: datetime.datetime) -> None:
    Prompt.objects.bulk_create(
        [
            Prompt(
                user=user,
                key=line.key,
                title=said(line)[:300],
                url=line.url,
                decide=line.decide,
                restricted=line.restricted,
                since=at,
                again_on=_next(line, on),
            )
            for line in lines
        ],
        ignore_conflicts=True,
    )


def _repeat(pairs: Sequence[tuple[Line, Prompt]], on: datetime.date) -> list[Line]:
    """Those whose day has come, each claimed until its next day."""
    return [
        line
        for line, row in pairs
        if row.again_on <= on
        and Prompt.objects.filter(pk=row.pk, done_at=None, again_on=row.again_on).update(
            again_on=_next(line, on), times=F("times") + 1
        )
        == 1
    ]


def _next(line: Line, on: datetime.date) -> datetime.date:
    return calendars.deadline(on, AGAIN_DECIDE if line.decide else AGAIN, "")


def said(line: Line) -> str:
    """A line as one sentence: what is asked, and of what."""
    return f"{line.label}: {line.title}"


def _untold(
    user: User, lines: Sequence[Line], at: datetime.datetime, besides: Sequence[str]
) -> list[Line]:
    """Those of which no notice has just told them, such as what an acting officer finds.

    Notices of events named in ``besides`` do not count.
    """
    if not lines:
        return []
    just = Notice.objects.filter(
        recipient=notices.recipient(user.pk),
        at__gt=at - JUST,
        url__in={line.url for line in lines},
    ).exclude(event__verb__in=besides)
    told = set(just.values_list("url", flat=True))
    return [line for line in lines if line.url not in told]


def _tell(user: User, lines: Sequence[Line], at: datetime.datetime, *, again: bool) -> None:
    """One notice of all of these. What is new and theirs to decide is mailed at once."""
    found = sorted(
        (line for line in lines if line.part not in TOLD_ELSEWHERE),
        key=lambda line: not line.decide,
    )
    if not found:
        return
    event = events.record(
        verb=REMINDED if again else FILLED,
        subject=user,
        by=BY,
        at=at,
        data={"prompts": [line.key for line in found]},
        restricted=any(line.restricted for line in found),
    )
    decide = not again and any(line.decide for line in found)
    notices.notify(
        event=event,
        recipients=[user.pk],
        title=_sentence(found, again),
        url=found[0].url if len(found) == 1 else reverse("reviews:desk"),
        decide=decide,
    )
    if not decide:  # it stands in the next digest anyway, as what waits
        Notice.objects.filter(event=event).update(mailed_at=at)


def _sentence(lines: Sequence[Line], again: bool) -> str:
    first = said(lines[0])
    if len(lines) == 1:
        return _("Still waiting for you. %(what)s") % {"what": first} if again else first
    if again:
        return ngettext(
            "%(count)d thing still waits for you. First of all: %(what)s",
            "%(count)d things still wait for you. First of all: %(what)s",
            len(lines),
        ) % {"count": len(lines), "what": first}
    return ngettext(
        "%(count)d thing waits for you. First of all: %(what)s",
        "%(count)d things wait for you. First of all: %(what)s",
        len(lines),
    ) % {"count": len(lines), "what": first}
