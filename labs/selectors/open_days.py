"""Open days: what was shown, whether the draft moved on since, and what readers said."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from django.db.models import Count, Q, QuerySet

from labs.models import Comment, Lab, OpenDay, Plan, Revision
from labs.selectors import plans

# States in which a revision can be shown: before it is decided.
SHOWN = (Revision.State.DRAFT, Revision.State.SUBMITTED)
AWAITED = Q(comments__answered_at=None, comments__isnull=False)


def of_lab(lab: Lab) -> QuerySet[OpenDay]:
    """The open days of a lab, newest first, each with its comments counted."""
    return (
        lab.open_days.select_related("revision", "by_user", "by_post__organisation")
        .annotate(said=Count("comments"))
        .annotate(awaited=Count("comments", filter=AWAITED))
        .order_by("-opens_on", "-pk")
    )


def loaded() -> QuerySet[OpenDay]:
    """Open days with what their pages name."""
    return OpenDay.objects.select_related(
        "revision__plan",
        "lab__area__programme",
        "lab__area__lead",
        "lab__plan",
        "by_user",
        "by_post__organisation",
    )


def comments(open_day: OpenDay) -> QuerySet[Comment]:
    """What was said at an open day, oldest first."""
    return open_day.comments.select_related(
        "by_user", "by_post__organisation", "answered_by"
    ).order_by("at", "pk")


def unanswered(plan: Plan) -> QuerySet[Comment]:
    """Comments of the open days of a plan that await an answer."""
    return Comment.objects.filter(open_day__revision__plan=plan, answered_at=None)


def is_open(open_day: OpenDay, on: date) -> bool:
    """Whether comments are taken on the day (both days included)."""
    return open_day.opens_on <= on <= open_day.closes_on


def fingerprint(revision: Revision) -> str:
    """SHA-256 of what the revision changes, so that it shows whether it moved on. One query."""
    rows = revision.changes.order_by("pk").values_list("part", "key", "field", "after")
    said = json.dumps([[part, str(key), field, after] for part, key, field, after in rows])
    return hashlib.sha256(said.encode()).hexdigest()


def has_moved_on(open_day: OpenDay) -> bool:
    """Whether the draft reads differently from what was shown."""
    return open_day.fingerprint != fingerprint(open_day.revision)


def part_titles(open_day: OpenDay, comments: list[Comment]) -> dict[str, str]:
    """What the parts that comments are on are called in the draft, by key as text."""
    if not any(comment.part_key for comment in comments):
        return {}
    content = plans.draft(open_day.revision)
    return {str(each.key): each.title for each in content if hasattr(each, "title")}
