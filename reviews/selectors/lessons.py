"""Lessons asked for: what waits for whom, how often anything was learned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Cycle, Meeting
from forums.selectors import meetings
from kpis.models import Kpi
from labs.models import Lab, Milestone, Programme
from labs.selectors import labs as lab_selectors
from labs.selectors import programmes
from people import days
from people.models import Appointment
from people.selectors import people
from reviews.models import LessonAsk
from reviews.selectors import reviews

KINDS = ("review", "lab", "meeting")
LONG_RHYTHMS = (Cycle.Rhythm.HALF_YEARLY, Cycle.Rhythm.YEARLY)
NOT_AFTER = timedelta(days=366)  # nobody is asked about what ended longer ago
KIND = Case(
    When(review__isnull=False, then=Value("review")),
    When(lab__isnull=False, then=Value("lab")),
    default=Value("meeting"),
    output_field=CharField(),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one kind, or of all (kind ""): how often a lesson was asked for, and with what answer."""

    kind: str
    lessons: int = 0
    nothing_new: int = 0
    open: int = 0

    @property
    def asked(self) -> int:
        return self.lessons + self.nothing_new + self.open


@dataclass(frozen=True, slots=True)
class Line:
    """What an ask is about, in words, and where to read it; no address where it is restricted."""

    ask: int
    title: str
    url: str
    restricted: bool = False
    asked_at: datetime | None = None


def said(day: date) -> str:
    """A day as it stands in a sentence: 30 June 2019."""
    return days.in_words(day)


def labs_to_ask(at: datetime) -> QuerySet[Lab]:
    """Labs that were closed or came to their last day within a year, and were not asked about."""
    since = at - NOT_AFTER
    ended = Q(closed_at__gte=since, closed_at__lte=at) | Q(
        ends_on__lt=at.date(), ends_on__gte=since.date()
    )
    asked = LessonAsk.objects.filter(lab=OuterRef("pk"))
    return (
        Lab.objects.filter(ended, ~Exists(asked))
        .select_related("area__programme", "steering__chair", "steering__secretary")
        .order_by("ends_on", "pk")
    )


def meetings_to_ask() -> QuerySet[Meeting]:
    """Signed meetings that closed a half-year or a year of a forum, and were not asked about."""
    asked = LessonAsk.objects.filter(meeting=OuterRef("pk"))
    return (
        Meeting.objects.filter(
            ~Exists(asked), signed_at__isnull=False, cycle__rhythm__in=LONG_RHYTHMS
        )
        .select_related("forum__chair", "forum__secretary")
        .order_by("starts_at", "pk")
    )


def named(asks: QuerySet[LessonAsk], user: Any, on: date) -> QuerySet[LessonAsk]:
    """Asks with what a line about each shows. ``by_name``: the user may read what it is about."""
    milestone = Milestone.objects.filter(key=OuterRef("review__milestone_key")).order_by("-pk")
    return asks.select_related(
        "programme",
        "review__kpi",
        "review__plan__lab",
        "lab__area__programme",
        "meeting__forum",
        "post__organisation",
        "lesson__lab",
        "answered_by",
    ).annotate(
        kind=KIND,
        milestone_title=Subquery(milestone.values("title")[:1]),
        by_name=Case(When(_by_name(user, on), then=Value(True)), default=Value(False)),
        kept=_kept(),
    )


def _kept() -> Any:
    """Whether what is asked about is restricted."""
    labs, kpis = Lab.restricted_to.through.objects, Kpi.restricted_to.through.objects
    return (
        Exists(labs.filter(lab=OuterRef("lab")))
        | Exists(labs.filter(lab=OuterRef("review__plan__lab")))
        | Exists(kpis.filter(kpi=OuterRef("review__kpi")))
    )


def readable(user: Any, on: date) -> QuerySet[LessonAsk]:
    """Asks about what the user may read by name, and those of their own posts (fact 8)."""
    return LessonAsk.objects.filter(_by_name(user, on) | Q(post__in=people.post_ids_of(user, on)))


def kept_from(user: Any, on: date) -> QuerySet[LessonAsk, Any]:
    """Ids of the lessons of reviews that the user may not read (fact 8).

    labs ask here, by the setting LESSONS_KEPT. Whoever was asked reads what was answered.
    """
    return (
        LessonAsk.objects.filter(review__isnull=False, lesson__isnull=False)
        .exclude(review__in=reviews.readable(user, on).values("pk"))
        .exclude(post__in=people.post_ids_of(user, on))
        .values("lesson")
    )


def _by_name(user: Any, on: date) -> Q:
    within = programmes.readable_ids(user, on)
    return (
        Q(review__in=reviews.readable(user, on).values("pk"))
        | Q(lab__in=lab_selectors.readable_ids(user, on))
        | Q(meeting__isnull=False, programme__in=within)
        | Q(meeting__isnull=False, programme=None)
    )


def line(ask: LessonAsk) -> Line:
    """A line about an ask of ``named``; no query. What is restricted is not named (fact 8)."""
    row: Any = ask  # as annotated
    if not row.by_name:
        word = {"review": _("a restricted review"), "lab": _("a restricted lab")}
        return Line(ask.pk, word[row.kind], "", restricted=True, asked_at=ask.asked_at)
    if ask.review is not None:
        kpi = ask.review.kpi
        name = kpi.name if kpi is not None else row.milestone_title or ""
        title = _("review of %(subject)s") % {"subject": name}
        url = reverse("reviews:review", args=[ask.review.pk])
        return Line(ask.pk, title, url, row.kept, ask.asked_at)
    if ask.lab is not None:
        url = reverse("labs:lab", args=[ask.lab.pk])
        return Line(ask.pk, ask.lab.title, url, row.kept, ask.asked_at)
    assert ask.meeting is not None
    forum = ask.meeting.forum
    day = said(meetings.today(forum, ask.meeting.starts_at))
    title = _("%(forum)s, the time up to %(day)s") % {"forum": forum, "day": day}
    url = reverse("forums:meeting", args=[ask.meeting.pk])
    return Line(ask.pk, title, url, asked_at=ask.asked_at)


def listed(user: Any, on: date, programme: Programme | None = None) -> QuerySet[LessonAsk]:
    """Readable asks, those that are open first, then the newest."""
    found = readable(user, on)
    if programme is not None:
        found = found.filter(programme=programme)
    answered = Case(When(answer="", then=Value(0)), default=Value(1))
    return named(found, user, on).order_by(answered, "-asked_at", "-pk")


def waiting(user: Any, on: date) -> QuerySet[LessonAsk]:
    """Open asks of the user's posts; for the delivery unit also those whose post is vacant."""
    mine: Any = Q(post__in=people.post_ids_of(user, on))
    if people.is_delivery_unit(user):
        held = Appointment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=on), post=OuterRef("post"), starts_on__lte=on
        )
        mine |= ~Exists(held)
    found = LessonAsk.objects.filter(mine, answer="")
    return named(found, user, on).order_by("asked_at", "pk")


def of_subject(user: Any, on: date, **about: object) -> LessonAsk | None:
    """The ask about this review, lab or meeting, if there is one."""
    return named(LessonAsk.objects.filter(**about), user, on).first()


def tallies(asks: QuerySet[LessonAsk]) -> list[Tally]:
    """Per kind, and all of them last. One query."""
    rows = asks.order_by().annotate(kind=KIND).values_list("kind", "answer")
    return tally(rows.annotate(count=Count("pk")))


def tally(rows: Iterable[tuple[str, str, int]]) -> list[Tally]:
    """Rows of kind, answer and count added up per kind, and all of them last."""
    by_kind: dict[str, dict[str, int]] = {kind: {} for kind in (*KINDS, "")}
    for kind, answer, count in rows:
        for each in (kind, ""):
            by_kind[each][answer] = by_kind[each].get(answer, 0) + count
    return [
        Tally(
            kind=kind,
            lessons=found.get(LessonAsk.Answer.LESSON, 0),
            nothing_new=found.get(LessonAsk.Answer.NOTHING_NEW, 0),
            open=found.get("", 0),
        )
        for kind, found in by_kind.items()
    ]


def counted(user: Any, on: date, programme: Programme | None = None) -> QuerySet[LessonAsk]:
    """All asks of the programmes a user reads, restricted ones too: they are only counted.

    Those of forums of several programmes count for whoever reads every programme.
    """
    if programme is not None:
        return LessonAsk.objects.filter(programme=programme)
    within = Q(programme__in=programmes.readable_ids(user, on))
    if programmes.reads_everything(user):
        within |= Q(programme=None)
    return LessonAsk.objects.filter(within)
