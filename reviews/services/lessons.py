"""Lessons asked for: once per review, lab or half-year of a forum, and answered once.

"Nothing new" is an answer like the other, and is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Meeting
from labs.models import Lab, Lesson, Programme
from labs.services import lessons
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Post
from people.selectors import people
from reviews.models import LessonAsk, Review
from reviews.selectors import lesson_subjects
from reviews.selectors import lessons as selectors

T = TypeVar("T", bound=Model)
SWEEP = Actor.system("ask for lessons")
AT_ONCE = 200  # asked in one sweep; the next one goes on


class AskedOfOneThing(Refused):
    message = gettext_lazy("A lesson is asked for of one review, one lab or one meeting.")
    code = "asked_of_one_thing"


class AlreadyAnswered(Refused):
    message = gettext_lazy(
        "This was answered meanwhile. Its page shows how; a further lesson can be added there."
    )
    code = "already_answered"


class NeedsProgramme(Refused):
    message = gettext_lazy("Choose the programme the lesson belongs to.")
    code = "needs_programme"


@transaction.atomic
def ask(
    *,
    post: Post,
    by: Actor,
    at: datetime,
    review: Review | None = None,
    lab: Lab | None = None,
    meeting: Meeting | None = None,
) -> LessonAsk:
    """Ask whoever holds ``post`` what was learned; asked before: the ask there is.

    Raises AskedOfOneThing unless exactly one of review, lab and meeting is given.
    """
    about: dict[str, Any] = {
        name: given
        for name, given in (("review", review), ("lab", lab), ("meeting", meeting))
        if given is not None
    }
    if len(about) != 1:
        raise AskedOfOneThing
    subject = lesson_subjects.of(**about)
    made, new = LessonAsk.objects.get_or_create(
        **about, defaults={"programme": subject.programme, "post": post, "asked_at": at}
    )
    if new:
        _tell(made, subject, by, at)
    return made


@transaction.atomic
def answer(
    *,
    ask: LessonAsk,
    title: str,
    text: str,
    by: Actor,
    at: datetime,
    programme: Programme | None = None,
    **fields: Any,
) -> Lesson:
    """Answer with a lesson. ``fields`` are those of labs.services.lessons.add but for the lab.

    A lesson of a lab, or of a review of its plan, belongs to that lab and is as
    restricted as it is; one of a review is read by whoever may read the review. Raises AlreadyAnswered, NeedsProgramme, lessons.LessonRefused.
    """
    subject = lesson_subjects.of_ask(ask)
    programme = ask.programme or programme
    if programme is None:
        raise NeedsProgramme(fields={"programme": str(NeedsProgramme.message)})
    lesson = lessons.add(
        programme=programme,
        title=title,
        text=text,
        lab=subject.lab,
        restricted=subject.restricted,
        **fields,
        by=by,
        at=at,
    )
    _answer(ask, LessonAsk.Answer.LESSON, by, at, lesson=lesson)
    return lesson


@transaction.atomic
def nothing_new(*, ask: LessonAsk, by: Actor, at: datetime) -> LessonAsk:
    """Answer that nothing new was learned. Raises AlreadyAnswered."""
    return _answer(ask, LessonAsk.Answer.NOTHING_NEW, by, at)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one sweep asked; ``more``: it stopped at its limit."""

    labs: int = 0
    meetings: int = 0
    more: bool = False


def ask_due(*, at: datetime) -> Asked:
    """Ask about labs that ended and about half-years and years of forums that were signed off.

    Each in a transaction of its own, once: two sweeps at a time ask nothing twice.
    """
    labs = _first(selectors.labs_to_ask(at))
    for lab in labs:
        ask(lab=lab, post=lesson_subjects.post_of_lab(lab), by=SWEEP, at=at)
    meetings = _first(selectors.meetings_to_ask())
    for meeting in meetings:
        forum = meeting.forum
        ask(meeting=meeting, post=forum.secretary or forum.chair, by=SWEEP, at=at)
    more = AT_ONCE in (len(labs), len(meetings))
    return Asked(labs=len(labs), meetings=len(meetings), more=more)


def _first(waiting: QuerySet[T]) -> list[T]:
    """The first of them; most runs find none, and then ask for no more than that."""
    return list(waiting[:AT_ONCE]) if waiting.exists() else []


def _answer(
    ask: LessonAsk, how: str, by: Actor, at: datetime, lesson: Lesson | None = None
) -> LessonAsk:
    """Compare-and-set from open to answered, once."""
    won = LessonAsk.objects.filter(pk=ask.pk, answer="").update(
        answer=how, lesson=lesson, answered_at=at, answered_by=by.user_id
    )
    if won != 1:
        raise AlreadyAnswered
    ask.refresh_from_db()
    subject = lesson_subjects.of_ask(ask)
    events.record(
        verb="lesson.answered",
        subject=ask,
        by=by,
        at=at,
        data={"answer": str(how), "lesson": lesson.pk if lesson else None},
        programme_id=ask.programme_id,
        restricted=subject.restricted,
    )
    return ask


def _tell(ask: LessonAsk, subject: lesson_subjects.Subject, by: Actor, at: datetime) -> None:
    event = events.record(
        verb="lesson.asked",
        subject=ask,
        by=by,
        at=at,
        data={"kind": subject.kind, "of": subject.pk, "post": ask.post_id},
        programme_id=ask.programme_id,
        restricted=subject.restricted,
    )
    title = _("What was learned? A lesson is asked for.")
    if not subject.restricted:
        title = _("What was learned? A lesson is asked for: %(subject)s.") % {
            "subject": subject.title
        }
    notices.notify(
        event=event,
        recipients=sorted(people.user_ids_holding([ask.post], at.date())),
        title=title,
        url=reverse("reviews:lesson_ask", args=[ask.pk]),
    )
