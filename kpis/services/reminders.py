"""Reminders of values that are due: a digest for each holder of a post that owes some.

On the day something falls due, then every so many working days until it is reported;
once a day and post at most. Whoever makes the row of a programme's day (ReminderRound),
and of each post (Reminder), reminds, in one transaction with all that follows: two
sweeps, or one that is killed, never remind twice and never forget.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.models import Reminder, ReminderRound
from kpis.rules.reporting import remind_today
from kpis.selectors import facts, reporting
from kpis.selectors.pages.facts import today_of
from kpis.selectors.reporting import Debt
from labs.models import Programme
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people.models.access import Role
from people.rules.workdays import is_working_day
from people.selectors import people

BY = Actor.system("reminders")
NOBODY = 0  # in place of a post: KPIs that no post owns


@dataclass(slots=True)
class Counts:
    """What a sweep did; ``more``: programmes were left for the next one."""

    rounds: int = 0
    posts: int = 0
    more: bool = False


def remind(*, at: datetime, every: int, limit: int = 20) -> Counts:
    """Look once a day at each open programme, ``limit`` of them at most. Safe to repeat.

    ``every``: working days from one reminder to the next.
    """
    days = {
        programme: today_of(programme, at)
        for programme in Programme.objects.filter(closed_at=None).order_by("pk")
    }
    rounds = ReminderRound.objects.filter(day__in=set(days.values()))
    done = set(rounds.values_list("programme", "day"))
    waiting = [programme for programme, day in days.items() if (programme.pk, day) not in done]
    counts = Counts(more=len(waiting) > limit)
    for programme in waiting[:limit]:
        try:
            counts.posts += _round(programme, days[programme], at, every)
            counts.rounds += 1
        except IntegrityError:
            continue  # another sweep was first
    return counts


def remind_now(*, programme: Programme, post_ids: Iterable[int], by: Actor, at: datetime) -> int:
    """Remind these posts of what they owe, whenever they were reminded last; how many were.

    Not who was reminded today already, or owes nothing.
    """
    wanted = set(post_ids)
    for last_try in (False, True):
        try:
            with transaction.atomic():
                found = reporting.debts(programme, at)
                debts = {pk: debt for pk, debt in found.items() if pk in wanted}
                return _tell(programme, debts, today_of(programme, at), by, at)
        except IntegrityError:  # a sweep reminded one of them at this moment
            if last_try:
                raise
    raise AssertionError("the last try returns or raises")


@transaction.atomic
def _round(programme: Programme, day: date, at: datetime, every: int) -> int:
    ReminderRound.objects.create(programme=programme, day=day, at=at)
    off = facts.days_off(programme.country, day.year - 1, day.year)
    if not is_working_day(day, off):
        return 0
    rows = Reminder.objects.filter(programme=programme).order_by().values_list("post")
    last = {pk or NOBODY: newest for pk, newest in rows.annotate(last=Max("day"))}
    debts = {
        pk: debt
        for pk, debt in reporting.debts(programme, at).items()
        if remind_today(debt.newest_due, last.get(pk), day, every, off)
    }
    return _tell(programme, debts, day, BY, at)


def _tell(
    programme: Programme, debts: Mapping[int, Debt], day: date, by: Actor, at: datetime
) -> int:
    """Write the reminders of posts that have none of this day, and tell their holders.

    Raises IntegrityError when somebody else writes one of them at the same moment.
    """
    reminded = Reminder.objects.filter(programme=programme, day=day)
    told = {pk or NOBODY for pk in reminded.values_list("post", flat=True)}
    fresh = {pk: debt for pk, debt in debts.items() if pk not in told}
    if not fresh:
        return 0
    holders = people.holder_ids(fresh, day)
    Reminder.objects.bulk_create(
        (
            Reminder(
                programme=programme,
                post_id=pk or None,
                day=day,
                owed=fresh[pk].owed,
                late=fresh[pk].late,
                vacant=not users,
                at=at,
            )
            for pk, users in holders.items()
        ),
        batch_size=500,
    )
    event = events.record(
        verb="reporting.reminded",
        subject=programme,
        by=by,
        at=at,
        data={
            "day": day,
            "posts": sorted(pk for pk in holders if pk != NOBODY),
            "owed": sum(debt.owed for debt in fresh.values()),
        },
        programme_id=programme.pk,
    )
    _digests(event, programme, fresh, holders)
    _vacancies(event, programme, fresh, holders)
    return len(holders)


def _digests(
    event: Event,
    programme: Programme,
    debts: Mapping[int, Debt],
    holders: Mapping[int, list[int]],
) -> None:
    """One notice for each holder, of all their posts together."""
    of_user: dict[int, Debt] = defaultdict(Debt)
    for pk, users in holders.items():
        for user_id in users:
            of_user[user_id].owed += debts[pk].owed
            of_user[user_id].late += debts[pk].late
    titles = {user_id: _said(programme, debt) for user_id, debt in of_user.items()}
    notices.notify_each(event=event, titles=titles, url=_url("kpis:entry", programme))


def _vacancies(
    event: Event,
    programme: Programme,
    debts: Mapping[int, Debt],
    holders: Mapping[int, list[int]],
) -> None:
    """The delivery unit is told of what nobody can report: posts vacant, KPIs without a post."""
    empty = [pk for pk in debts if not holders.get(pk)]
    if not empty:
        return
    owed = sum(debts[pk].owed for pk in empty)
    title = ngettext(
        "%(programme)s: %(count)d value is due that nobody can report, since the post is vacant.",
        "%(programme)s: %(count)d values are due that nobody can report, since posts are vacant.",
        owed,
    ) % {"programme": programme.name, "count": owed}
    unit = people.user_ids_in_role(Role.DELIVERY_UNIT)
    told = {user_id for users in holders.values() for user_id in users}
    url = _url("kpis:reporting", programme)
    notices.notify(event=event, recipients=unit - told, title=title, url=url)


def _said(programme: Programme, debt: Debt) -> str:
    words = {"programme": programme.name, "count": debt.owed, "late": debt.late}
    if not debt.late:
        said = ngettext(
            "%(programme)s: %(count)d value is due today.",
            "%(programme)s: %(count)d values are due today.",
            debt.owed,
        )
    elif debt.late == debt.owed:
        said = ngettext(
            "%(programme)s: %(count)d value is late.",
            "%(programme)s: %(count)d values are late.",
            debt.owed,
        )
    else:
        said = _("%(programme)s: %(count)d values are due, %(late)d of them late.")
    return said % words


def _url(page: str, programme: Programme) -> str:
    return f"{reverse(page)}?programme={programme.code}"
