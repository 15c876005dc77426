"""Open days: the draft is shown, comments are collected, each gets an answer."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from labs.models import Comment, Lab, OpenDay, Revision
from labs.selectors import open_days as selectors
from labs.services import lab_events
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import notices


class OpenDayRefused(Refused):
    message = _("The open day cannot be kept like this. Mend what is marked.")
    code = "open_day"


class NotOpen(Refused):
    message = _("This open day is over, or has not begun. The page of the lab shows the next one.")
    code = "open_day_not_open"


class AnsweredAlready(Refused):
    message = _("This comment is answered already. The page shows the answer.")
    code = "comment_answered"


@transaction.atomic
def publish(
    *,
    lab: Lab,
    revision: Revision,
    title: str,
    announcement: str = "",
    place: str = "",
    opens_on: date,
    closes_on: date,
    by: Actor,
    at: datetime,
) -> OpenDay:
    """Show a draft to all readers from one day to another, both included.

    What the draft says now is kept as a digest: should it move on, the page says so.
    Raises OpenDayRefused, LabOver.
    """
    lab_events.require_running(lab)
    problems = {}
    if not title.strip() or len(title.strip()) > 200:
        problems["title"] = _("Write a title of at most 200 characters.")
    if closes_on < opens_on:
        problems["closes_on"] = _("The last day must not come before the first.")
    if revision.plan_id != lab.plan.pk or revision.state not in selectors.SHOWN:
        problems["revision"] = _("Choose a draft of this lab's plan.")
    elif not revision.changes.exists():
        problems["revision"] = _("Nothing is written in this draft yet. Write it, then show it.")
    if problems:
        raise OpenDayRefused(fields={field: str(text) for field, text in problems.items()})
    open_day = OpenDay.objects.create(
        lab=lab,
        revision=revision,
        title=title.strip(),
        announcement=announcement.strip(),
        place=place.strip(),
        opens_on=opens_on,
        closes_on=closes_on,
        fingerprint=selectors.fingerprint(revision),
        at=at,
        **OpenDay.fields_of(by),
    )
    lab_events.record(
        "open_day.published",
        open_day,
        lab,
        by=by,
        at=at,
        data={
            "revision": revision.pk,
            "opens_on": opens_on,
            "closes_on": closes_on,
            "fingerprint": open_day.fingerprint,
        },
        texts={"title": open_day.title, "announcement": open_day.announcement},
    )
    return open_day


@transaction.atomic
def comment(
    *,
    open_day: OpenDay,
    author: str,
    text: str,
    part_key: UUID | None = None,
    on: date,
    entered: bool = False,
    by: Actor,
    at: datetime,
) -> Comment:
    """Say something of the draft. ``on`` is the day where the programme is.

    ``entered``: the delivery unit enters what somebody named said there, also after
    the last day. The same words of the same person count once. Raises NotOpen,
    OpenDayRefused, ProgrammeClosed.
    """
    if open_day.lab.area.programme.is_closed:
        raise ProgrammeClosed
    if on < open_day.opens_on or (on > open_day.closes_on and not entered):
        raise NotOpen
    problems = {}
    if not author.strip():
        problems["author"] = _("Say who said it.")
    if not text.strip():
        problems["text"] = _("Write what is to be said of the draft.")
    if problems:
        raise OpenDayRefused(fields={field: str(said) for field, said in problems.items()})
    given = {"author": author.strip()[:200], "text": text.strip(), "part_key": part_key}
    again = open_day.comments.filter(by_user=by.user_id, **given).first()
    if again is not None:
        return again
    made = Comment.objects.create(open_day=open_day, at=at, **given, **Comment.fields_of(by))
    lab_events.record(
        "comment.made",
        made,
        open_day.lab,
        by=by,
        at=at,
        data={"open_day": open_day.pk, "part": str(part_key) if part_key else None},
        texts={"author": made.author, "text": made.text},
    )
    return made


@transaction.atomic
def answer(*, comment: Comment, answer: str, taken_up: bool, by: Actor, at: datetime) -> Comment:
    """Answer a comment: taken up in the plan or not, and why. Once.

    Raises OpenDayRefused, AnsweredAlready, ProgrammeClosed.
    """
    lab = comment.open_day.lab
    if lab.area.programme.is_closed:
        raise ProgrammeClosed
    if not answer.strip():
        ask = _("Say why: what was taken up and where, or what stands against it.")
        raise OpenDayRefused(fields={"answer": str(ask)})
    changed = Comment.objects.filter(pk=comment.pk, answered_at=None).update(
        answer=answer.strip(), taken_up=taken_up, answered_at=at, answered_by_id=by.user_id
    )
    if changed != 1:
        raise AnsweredAlready
    comment.refresh_from_db()
    event = lab_events.record(
        "comment.answered",
        comment,
        lab,
        by=by,
        at=at,
        data={"taken_up": taken_up},
        texts={"answer": comment.answer},
    )
    notices.notify(
        event=event,
        recipients=[comment.by_user_id] if comment.by_user_id else [],
        title=say("Your comment is answered: %(title)s") % {"title": comment.open_day.title},
        url=reverse("labs:open_day", args=[comment.open_day_id]) + f"#comment-{comment.pk}",
    )
    return comment
