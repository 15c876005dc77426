"""An organisation is told once the plan in force asks something of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labs.models import Dependency, Revision
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people import days
from people.models import Post
from people.selectors import people


def tell(*, revision: Revision, by: Actor, at: datetime) -> int:
    """Tell each organisation what ``revision``, now in force, newly asks of it.

    One event and one notice per organisation; what a restricted lab asks is not named
    (fact 8). Returns how many organisations that are.
    """
    before = Dependency.objects.filter(
        plan=OuterRef("plan"), key=OuterRef("key"), provider=OuterRef("provider")
    ).exclude(from_revision=OuterRef("from_revision"))
    new = Dependency.objects.filter(
        ~Exists(before), plan=revision.plan_id, from_revision=revision, until_revision=None
    )
    of_each: dict[int, list[Dependency]] = defaultdict(list)
    for row in new.order_by("provider", "due_on", "pk"):
        of_each[row.provider_id].append(row)
    restricted = revision.plan.lab.restricted_to.exists()
    for provider, rows in of_each.items():
        _tell(provider, rows, revision, restricted, by, at)
    return len(of_each)


def _tell(
    provider: int,
    rows: list[Dependency],
    revision: Revision,
    restricted: bool,
    by: Actor,
    at: datetime,
) -> None:
    event = events.record(
        verb="request.in_force",
        subject=revision.plan,
        by=by,
        at=at,
        data={"organisation": provider, "requests": [str(row.key) for row in rows]},
        programme_id=revision.plan.lab.area.programme_id,
        restricted=restricted,
    )
    posts = Post.objects.filter(organisation=provider).values_list("pk", flat=True)
    single = len(rows) == 1 and not restricted
    notices.notify(
        event=event,
        recipients=people.user_ids_holding(posts, at.date()),
        title=_title(rows, restricted),
        url=reverse("labs:dependency_answer", args=[rows[0].key])
        if single
        else reverse("labs:asked_of_us"),
        decide=True,
    )


def _title(rows: list[Dependency], restricted: bool) -> str:
    day = days.in_words(min(row.due_on for row in rows))
    if restricted:
        return _("A restricted lab asks something of your organisation by %(day)s.") % {"day": day}
    return ngettext(
        "Asked of your organisation by %(day)s: %(title)s",
        "%(count)d things are asked of your organisation, the first by %(day)s: %(title)s",
        len(rows),
    ) % {"count": len(rows), "day": day, "title": rows[0].title}
