"""What a lesson is asked about: a review, a lab, or the meeting that ended a half-year."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Forum, Meeting
from forums.selectors import meetings
from labs.models import Initiative, Lab, Milestone, Plan, Programme, ReferenceItem, ResultArea
from people import days
from people.models import Post
from reviews.models import LessonAsk, Review
from reviews.selectors import subjects


@dataclass(frozen=True)
class Subject:
    """``cause`` and ``instrument`` are what the form of a lesson is filled in with."""

    kind: str  # review, lab, meeting
    pk: int
    title: str
    url: str
    programme: Programme | None
    restricted: bool = False
    lab: Lab | None = None
    area: ResultArea | None = None
    cause: str = ""
    instruments: list[ReferenceItem] = field(default_factory=list)

    @property
    def instrument(self) -> ReferenceItem | None:
        """The one to fill in; none where several were tried at once."""
        return self.instruments[0] if len(self.instruments) == 1 else None


def of(
    review: Review | None = None, lab: Lab | None = None, meeting: Meeting | None = None
) -> Subject:
    """The subject of whichever is given."""
    if review is not None:
        return of_review(review)
    if lab is not None:
        return of_lab(lab)
    assert meeting is not None
    return of_meeting(meeting)


def of_ask(ask: LessonAsk) -> Subject:
    """What was asked about."""
    return of(ask.review, ask.lab, ask.meeting)


def of_review(review: Review) -> Subject:
    """A review, with its cause and the instruments behind its KPI or milestone."""
    subject = subjects.of_review(review)
    plan = subjects.plan_of(review)
    lab = plan.lab if plan else None
    return Subject(
        kind="review",
        pk=review.pk,
        title=_("review of %(subject)s") % {"subject": subject.title},
        url=reverse("reviews:review", args=[review.pk]),
        programme=subject.programme,
        restricted=subject.restricted or bool(lab and lab.restricted_to.exists()),
        lab=lab,
        area=subject.area,
        cause=review.cause,
        instruments=behind(review),
    )


def of_lab(lab: Lab) -> Subject:
    """A lab, with the instruments its plan uses."""
    used = Initiative.objects.filter(plan__lab=lab, until_revision=None)
    return Subject(
        kind="lab",
        pk=lab.pk,
        title=lab.title,
        url=reverse("labs:lab", args=[lab.pk]),
        programme=lab.area.programme,
        restricted=lab.restricted_to.exists(),
        lab=lab,
        area=lab.area,
        instruments=_items(used),
    )


def of_meeting(meeting: Meeting) -> Subject:
    """The meeting that ended a half-year or year of a forum."""
    return Subject(
        kind="meeting",
        pk=meeting.pk,
        title=_("%(forum)s, the time up to %(day)s")
        % {
            "forum": meeting.forum,
            "day": days.in_words(meetings.today(meeting.forum, meeting.starts_at)),
        },
        url=reverse("forums:meeting", args=[meeting.pk]),
        programme=programme_of(meeting.forum),
    )


def programme_of(forum: Forum) -> Programme | None:
    """The programme whose areas have this home forum or labs this steering committee.

    None where there are several: whoever writes the lesson chooses.
    """
    found = list(
        Programme.objects.filter(Q(areas__home_forum=forum) | Q(areas__labs__steering=forum))
        .distinct()
        .order_by("pk")[:2]
    )
    return found[0] if len(found) == 1 else None


def post_of_lab(lab: Lab) -> Post:
    """Who answers for what a lab taught.

    The place of the area's lead organisation at the lab's table, core before invited;
    without one the secretary of the steering committee, else its chair.
    """
    seats = lab.seats.filter(organisation=lab.area.lead_id, post__isnull=False)
    seat = seats.select_related("post__organisation").order_by("kind", "pk").first()
    if seat is not None and seat.post is not None and seat.post.abolished_on is None:
        return seat.post
    return lab.steering.secretary or lab.steering.chair


def behind(review: Review) -> list[ReferenceItem]:
    """The instruments of the initiatives behind a review's KPI or milestone, as they are now."""
    if review.milestone_key is not None:
        return behind_milestone(review.milestone_key)
    return behind_goal(review.kpi.goal_key) if review.kpi is not None else []


def behind_goal(key: UUID | None) -> list[ReferenceItem]:
    """The instruments of the initiatives that serve a goal; none without one."""
    if key is None:
        return []
    return _items(Initiative.objects.filter(goal_key=key, until_revision=None))


def behind_milestone(key: UUID) -> list[ReferenceItem]:
    """The instrument of the initiative a milestone belongs to."""
    row = Milestone.objects.filter(key=key).order_by("-pk").first()
    if row is None:
        return []
    return _items(Initiative.objects.filter(key=row.initiative_key, until_revision=None))


def behind_plan(plan: Plan) -> list[ReferenceItem]:
    """The instruments a plan uses."""
    return _items(Initiative.objects.filter(plan=plan, until_revision=None))


def _items(initiatives: QuerySet[Initiative]) -> list[ReferenceItem]:
    used = initiatives.values("instrument")
    return list(ReferenceItem.objects.filter(pk__in=used).order_by("position", "pk"))
