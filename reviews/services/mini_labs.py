"""A lab that a review's decision asks for: a mini-lab, or the earlier lab reconvened.

It carries the question (why it was proposed, and why it was decided), the KPIs in doubt and the lessons on the
same kind of instrument. What is restricted stays so: the lab is kept to the forums that
its subject is kept to.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import Decision, Forum
from labs.models import Lab
from labs.models.labs import Method
from labs.selectors import lessons
from labs.selectors import settings as programme_settings
from labs.services import labs, seats
from ledger.rules.actors import Actor
from ledger.services import events
from reviews.models import LabBrief, Review, ReviewProposal
from reviews.rules import outcomes
from reviews.selectors import mini_labs, subjects
from reviews.selectors.subjects import Subject

MOST_LESSONS = 20
TITLE_OF_SUBJECT = 150


@transaction.atomic
def open_from(
    *,
    proposal: ReviewProposal,
    subject: Subject,
    decision: Decision,
    by: Actor,
    at: datetime.datetime,
) -> Lab:
    """Open the lab that a carried proposal asks for, with its brief.

    A mini-lab runs two weeks; a reconvened lab the shortest time that the programme's
    settings give a lab, with the seats and the method of the lab that made the plan.
    """
    review = proposal.review
    before = subjects.lab_of(review)
    earlier = before if proposal.reconvene else None
    start = subject.day(at)
    chosen = lessons.on_instruments(mini_labs.instruments(review))[:MOST_LESSONS]
    lab = labs.open(
        area=subject.area,
        title=_title(subject, start.year, reconvened=earlier is not None),
        question=_question(proposal, decision),
        method=earlier.method if earlier else Method.LAB,
        starts_on=start,
        ends_on=_end(subject, start, reconvened=earlier is not None),
        steering=_steering(before, subject),
        is_mini=earlier is None,
        is_illustrative=before.is_illustrative if before else False,
        decision=decision,
        reconvenes=earlier,
        lessons=chosen,
        restricted_to=mini_labs.kept_to(review),
        by=by,
        at=at,
    )
    if earlier is not None:
        seats.copy(of=earlier, to=lab, by=by, at=at)
    _brief(lab, review, subject, by, at)
    return lab


def _question(proposal: ReviewProposal, decision: Decision) -> str:
    """What the forum was asked, then its own reason where that says something else."""
    asked, decided = proposal.motion.reason.strip(), decision.reason.strip()
    return asked if decided in asked else f"{asked}\n\n{decided}"


def _title(subject: Subject, year: int, *, reconvened: bool) -> str:
    named = {"subject": subject.title[:TITLE_OF_SUBJECT], "year": year}
    if reconvened:
        return _("Lab reconvened: %(subject)s (%(year)s)") % named
    return _("Mini-lab: %(subject)s (%(year)s)") % named


def _end(subject: Subject, start: datetime.date, *, reconvened: bool) -> datetime.date:
    if not reconvened:
        return start + datetime.timedelta(days=outcomes.MINI_LAB_DAYS)
    weeks = programme_settings.of(subject.programme).lab_weeks_min
    return start + datetime.timedelta(weeks=weeks, days=-1)


def _steering(before: Lab | None, subject: Subject) -> Forum:
    """The steering committee of the lab that planned it, while it sits; else the home forum."""
    if before is not None and before.steering.closed_on is None:
        return before.steering
    return subject.forum


def _brief(
    lab: Lab, review: Review, subject: Subject, by: Actor, at: datetime.datetime
) -> LabBrief:
    brief = LabBrief.objects.create(lab=lab, review=review)
    doubted = list(mini_labs.in_doubt(review))
    brief.kpis.set(doubted)
    events.record(
        verb="lab.briefed",
        subject=lab,
        by=by,
        at=at,
        data={"review": review.pk, "kpis": sorted(kpi.pk for kpi in doubted)},
        programme_id=subject.programme.pk,
        restricted=subject.restricted,
    )
    return brief
