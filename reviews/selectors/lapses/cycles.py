"""The rhythm has stopped: forums that do nothing, labs that ended without a plan."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forums.models import Decision, Forum, Motion
from labs.models import Lab, Programme, Revision
from labs.selectors import labs
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
    seen = late.filter(pk__in=labs.readable(user, on).values("pk"))
    return [(silent[:SHOWN], len(silent)), found(late, seen, _late_lab)]


def _silent_forums(programme: Programme, on: datetime.date) -> list[Lapse]:
    """Forums that put and decided nothing for more than twice the days between their meetings."""
    put = Motion.objects.filter(forum=OuterRef("pk")).order_by("-at")
    decided = Decision.objects.filter(motion__forum=OuterRef("pk")).order_by("-at")
    run = Lab.objects.filter(area__programme=programme)
    begun = run.aggregate(first=Min("at"))["first"]
    forums = (
        Forum.objects.filter(
            Q(pk__in=programme.areas.values("home_forum")) | Q(pk__in=run.values("steering")),
            closed_on=None,
        )
        .annotate(put=Subquery(put.values("at")[:1]), decided=Subquery(decided.values("at")[:1]))
        .order_by("name")
    )
    silent = []
    for forum in forums:
        moments = [moment for moment in (forum.put, forum.decided) if moment is not None]
        since = max(moments, default=begun)
        if since is None or (on - since.date()).days <= TIMES * forum.meets_every_days:
            continue
        why = (
            _("nothing put or decided since %(day)s; it meets every %(days)d days")
            if moments
            else _("nothing put or decided yet, since %(day)s; it meets every %(days)d days")
        ) % {"day": date_format(since, "j F Y"), "days": forum.meets_every_days}
        url = reverse("forums:forum", args=[forum.pk])
        silent.append(Lapse(_("Forum"), forum.name, why, url))
    return silent


def _late_lab(row: Lab) -> Lapse:
    why = _("it ended on %(day)s and no plan has been put to its committee") % {
        "day": date_format(row.ends_on, "j F Y")
    }
    return Lapse(_("Lab"), row.title, why, reverse("labs:lab", args=[row.pk]))
