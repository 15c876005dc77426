"""Whoever is asked in a dispute is told at once, and what was promised stands on its maker's desk."""

from __future__ import annotations

import datetime

import pytest

from ledger.models import Notice
from people.models import User
from reviews.selectors import desk as desks
from reviews.selectors import desk_lines
from reviews.services import information
from tests.factories import content as make_content
from tests.factories import disputes as factory
from tests.factories import labs as make_labs
from tests.factories import people
from tests.factories.disputes import DAY
from tests.factories.forums import AT, SYSTEM

pytestmark = pytest.mark.django_db


def parts(user: User, on: datetime.date) -> dict[str, desk_lines.Line]:
    found = desk_lines.lines(desks.desk(User.objects.get(pk=user.pk), on))
    return {line.part: line for line in found}


def test_an_organisation_outside_the_dispute_is_told_at_once_that_it_is_asked() -> None:
    dispute = factory.open_dispute()
    statistics = people.ministry_officer()
    asked = people.post_of(statistics).organisation
    information.ask(
        dispute=dispute,
        organisation=asked,
        question="How many were counted?",
        due_on=AT.date() + 7 * DAY,
        by=SYSTEM,
        at=AT,
    )
    told = Notice.objects.get(event__verb="information.asked", recipient=f"user:{statistics.pk}")
    assert told.decide, "by mail at once, not with the digest"
    day = AT.date() + 7 * DAY
    said = f"Your organisation is asked for information by {day.day} {day:%B %Y}: {dispute.title}"
    assert told.title == said
    line = parts(statistics, AT.date())["questions"]
    assert (line.due_on, line.decide) == (day, True)


def test_what_an_organisation_promised_stands_on_its_desk_when_its_day_is_near() -> None:
    firm = people.ministry_officer()
    draft = make_labs.open_draft(make_labs.draft_plan())
    programme = draft.plan.lab.area.programme
    programme.readers.create(organisation=people.post_of(firm).organisation)
    make_content.promise(draft, beneficiary=people.post_of(firm).organisation, title="Hire 20")
    plan = make_content.adopted(draft)
    due = plan.commitments.get(until_revision=None).verify_on
    assert "own_promises" not in parts(firm, due - 60 * DAY)
    assert parts(firm, due - DAY)["own_promises"].title == "Hire 20"
