"""What cannot wait for a forum's next meeting, and by when it may decide in writing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse

from forums.models import Forum, Meeting, Mode, Motion
from forums.selectors import ladders, meetings
from people.selectors import calendars
from reviews.models import Dispute, Review
from reviews.selectors import standing

CLOSES = time(17)  # of the last day, where the forum meets
LATEST = time(23, 30)  # where that has passed on the last day itself
AFTER_ALL = 3  # working days to vote in, where the last day has passed already


@dataclass(frozen=True, slots=True)
class Early:
    """Something due before the next meeting. ``meeting`` None: none is planned.

    ``closes_at`` is when a written procedure put now should close.
    """

    due: date
    meeting: Meeting | None
    closes_at: datetime
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One of these on a forum's agenda; ``url`` leads to putting it in writing, "" where it is
    before the forum already."""

    title: str
    page: str
    early: Early
    url: str = ""


def of_dispute(dispute: Dispute, at: datetime) -> Early | None:
    """Whether the last day at its tier comes before the forum that holds it meets again."""
    if dispute.state != Dispute.State.OPEN or dispute.deadline is None:
        return None
    return before_meeting(standing.forum_of(standing.tier_of(dispute)), dispute.deadline, at)


def of_review(review: Review, at: datetime) -> Early | None:
    """Whether its decision is due before its forum meets again."""
    if review.state != Review.State.OPEN:
        return None
    return before_meeting(ladders.sitting_for(review.forum), review.due_on, at)


def before_meeting(forum: Forum, due: date, at: datetime) -> Early | None:
    """Whether a day comes before the next meeting of a forum; None if there is time."""
    return _early(forum, meetings.next_meeting(forum, at), due, at)


def on_agenda(
    forum: Forum,
    at: datetime,
    *,
    disputes: Iterable[Any],
    reviews: Iterable[Any],
    motions: Iterable[Motion],
) -> list[Line]:
    """Those of the forum's open business that cannot wait for its next meeting, soonest first.

    Motions that are before it already count by their closing time; what one of them is
    about is not offered again.
    """
    meeting = meetings.next_meeting(forum, at)
    cases, looked_at, put = list(disputes), list(reviews), list(motions)
    ruled, ended = _before_it(forum)
    found = []
    for case in cases:
        url = "" if case.pk in ruled else _in_writing("reviews:dispute_ruling", case.pk)
        page = reverse("reviews:dispute", args=[case.pk])
        found.append((case.title, page, case.deadline, url))
    for review in looked_at:
        url = "" if review.pk in ended else _in_writing("reviews:propose", review.pk)
        page = reverse("reviews:review", args=[review.pk])
        found.append((_subject(review), page, review.due_on, url))
    zone = meetings.zone(forum)
    for motion in put:
        if motion.closes_at is not None:
            page = reverse("reviews:subject", args=[motion.pk])
            found.append((motion.title, page, motion.closes_at.astimezone(zone).date(), ""))
    lines = [
        Line(title, page, early, url)
        for title, page, due, url in found
        if (early := _early(forum, meeting, due, at)) is not None
    ]
    return sorted(lines, key=lambda line: (line.early.due, line.title, line.page))


def _in_writing(name: str, pk: int) -> str:
    return f"{reverse(name, args=[pk])}?mode={Mode.WRITTEN}"


def _before_it(forum: Forum) -> tuple[set[int], set[int]]:
    """Disputes and reviews about which a motion is open before the forum."""
    motions = Motion.objects.filter(forum=forum, state=Motion.State.OPEN).values("pk")
    ruled = Dispute.objects.filter(rulings__motion__in=motions).values_list("pk", flat=True)
    ended = Review.objects.filter(proposals__motion__in=motions).values_list("pk", flat=True)
    return set(ruled), set(ended)


def _subject(review: Any) -> str:
    """What a review is about, as lists of reviews say it."""
    title: str = getattr(review, "milestone_title", "") or ""
    return str(review.kpi.name) if review.kpi is not None else title


def _early(forum: Forum, meeting: Meeting | None, due: date, at: datetime) -> Early | None:
    if meeting is not None and due >= meetings.today(forum, meeting.starts_at):
        return None
    today = meetings.today(forum, at)
    if due < today:
        last = calendars.deadline(today, AFTER_ALL, forum.country)
        return Early(due, meeting, _at(forum, last, CLOSES), is_past=True)
    closes_at = _at(forum, due, CLOSES)
    return Early(due, meeting, closes_at if closes_at > at else _at(forum, due, LATEST))


def _at(forum: Forum, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=meetings.zone(forum))
