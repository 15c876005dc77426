"""The rhythm has stopped: forums that do nothing, labs that ended without a plan."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Cycle, Decision, Forum, Meeting, Motion
from forums.selectors.meetings import GAP_DAYS
from labs.models import Lab, Programme, Revision
from labs.selectors import labs
from people import days
from reviews.selectors import met
from reviews.selectors.lapses.found import SHOWN, Found, Lapse, found

TIMES = 2  # a forum may miss this many meetings before its cycle has lapsed


def cycles(user: Any, programme: Programme, on: datetime.date) -> list[Found]:
    """Forums and labs that have stopped."""
    silent = _silent_forums(programme, on)
    waits = Revision.objects.filter(
        plan__lab=OuterRef("pk"),
        state__in=(Revision.State.SUBMITTED, Revision.State.ADOPTED),
    )
    late = Lab.objects.filter(
        ~Exists(waits), area__programme=programme, ends_on__lt=on, closed_at=None
    ).order_by("ends_on", "pk")
    seen = late.filter(pk__in=labs.readable_ids(user, on))
    return [(silent[:SHOWN], len(silent)), found(late, seen, _late_lab)]


def _silent_forums(programme: Programme, on: datetime.date) -> list[Lapse]:
    """Forums that let more than twice the days between their meetings pass.

    One with a rhythm has to meet, see reviews.selectors.met; of one without, a motion or a
    decision is a sign of life too.
    """
    run = Lab.objects.filter(area__programme=programme)
    begun = run.aggregate(first=Min("at"))["first"]
    forums = list(_forums(programme, run, on))
    rhythms = _rhythms(forums)
    silent = []
    for forum in forums:
        rhythm = rhythms.get(forum.pk)
        lapse = (
            _not_met(forum, rhythm, on)
            if rhythm
            else _did_nothing(forum, begun and begun.date(), on)
        )
        if lapse is not None:
            silent.append(lapse)
    return silent


def _forums(programme: Programme, run: Any, on: datetime.date) -> Any:
    """The programme's open forums with the last signs of life of each."""
    put = Motion.objects.filter(forum=OuterRef("pk")).order_by("-at")
    decided = Decision.objects.filter(motion__forum=OuterRef("pk")).order_by("-at")
    ours = Meeting.objects.filter(forum=OuterRef("pk"), starts_at__date__lte=on)
    held = met.held(ours).order_by("-starts_at", "-pk")
    met_after = met.held(Meeting.objects.all()).filter(
        forum=OuterRef("forum"), starts_at__gt=OuterRef("starts_at")
    )
    failed = ours.filter(
        ~Exists(met_after), state__in=(Meeting.State.MISSED, Meeting.State.CANCELLED)
    )
    counted = failed.order_by().values("forum").annotate(count=Count("pk")).values("count")
    return (
        Forum.objects.filter(
            Q(pk__in=programme.areas.values("home_forum")) | Q(pk__in=run.values("steering")),
            closed_on=None,
        )
        .annotate(
            put=Subquery(put.values("at")[:1]),
            decided=Subquery(decided.values("at")[:1]),
            held=Subquery(held.values("starts_at")[:1]),
            quorate=Subquery(held.values("quorate")[:1]),
            failed=Coalesce(Subquery(counted), 0),
        )
        .order_by("name", "pk")
    )


def _rhythms(forums: list[Any]) -> dict[int, tuple[datetime.date, int]]:
    """Of each forum with a rhythm: since when, and the days between two meetings."""
    found: dict[int, tuple[datetime.date, int]] = {}
    for cycle in Cycle.objects.filter(forum__in=forums, ends_on=None).order_by("pk"):
        between = GAP_DAYS[cycle.rhythm]
        first, gap = found.get(cycle.forum_id, (cycle.first_on, between))
        found[cycle.forum_id] = (min(first, cycle.first_on), min(gap, between))
    return found


def _not_met(forum: Any, rhythm: tuple[datetime.date, int], on: datetime.date) -> Lapse | None:
    """It has not met for twice its gap, or never since its rhythm began."""
    first, gap = rhythm
    since = forum.held.date() if forum.held else first
    if (on - since).days <= TIMES * gap:
        return None
    said = {
        "day": days.in_words(since),
        "days": gap,
        "failed": forum.failed,
    }
    if forum.held:
        why = _("it has not met since %(day)s, and is to meet every %(days)d days") % said
        if not forum.quorate:
            why += "; " + _("that meeting had no quorum")
    else:
        why = _("it has never met; since %(day)s it is to meet every %(days)d days") % said
    if forum.failed:
        why += (
            "; "
            + ngettext(
                "%(failed)d meeting did not take place",
                "%(failed)d meetings did not take place",
                forum.failed,
            )
            % said
        )
    return _lapse(forum, why)


def _did_nothing(forum: Any, begun: datetime.date | None, on: datetime.date) -> Lapse | None:
    """It has no rhythm, and nothing was put, decided or met about for twice its days."""
    moments = [each for each in (forum.put, forum.decided, forum.held) if each is not None]
    since = max(moments).date() if moments else begun
    if since is None or (on - since).days <= TIMES * forum.meets_every_days:
        return None
    why = (
        _("nothing put or decided since %(day)s; it meets every %(days)d days")
        if moments
        else _("nothing put or decided yet, since %(day)s; it meets every %(days)d days")
    ) % {"day": days.in_words(since), "days": forum.meets_every_days}
    return _lapse(forum, why)


def _lapse(forum: Any, why: str) -> Lapse:
    return Lapse(_("Forum"), forum.name, why, reverse("forums:forum", args=[forum.pk]))


def _late_lab(row: Lab) -> Lapse:
    why = _("it ended on %(day)s and no plan has been put to its committee") % {
        "day": days.in_words(row.ends_on)
    }
    return Lapse(_("Lab"), row.title, why, reverse("labs:lab", args=[row.pk]))
