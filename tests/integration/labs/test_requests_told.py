"""An organisation is told when a plan in force asks something of it; its desk keeps it in mind."""

from __future__ import annotations

import datetime

import pytest

from labs.services import dependencies
from labs.services import requests as services
from ledger.models import Event, Notice
from people.models import User
from reviews.selectors import desk as desks
from reviews.selectors import desk_lines
from tests.factories import content as make_content
from tests.factories import forums as make_forums
from tests.factories import labs as make
from tests.factories import people
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
ON = datetime.date(2019, 2, 1)


@pytest.fixture
def works() -> User:
    return people.ministry_officer()


def draft_with(works: User, *titles: str):
    draft = make.open_draft(make.draft_plan())
    for title in titles:
        make_content.request(draft, people.post_of(works).organisation, title=title)
    return draft


def tell(plan) -> int:
    revision = plan.in_force
    return services.tell(revision=revision, by=actor(), at=make.AT)


def lines(user: User, on: datetime.date = ON) -> dict[str, desk_lines.Line]:
    found = desk_lines.lines(desks.desk(User.objects.get(pk=user.pk), on))
    return {line.part: line for line in found}


def test_whoever_is_asked_is_told_once_and_at_once(works: User) -> None:
    plan = make_content.adopted(draft_with(works, "A road"))
    assert tell(plan) == 1
    (notice,) = Notice.objects.filter(recipient=f"user:{works.pk}")
    assert notice.decide
    assert notice.title.endswith(": A road")
    assert notice.url == f"/requests/{make.key_of(plan, 'A road')}/"


def test_several_requests_are_one_notice(works: User) -> None:
    plan = make_content.adopted(draft_with(works, "A road", "A bridge"))
    tell(plan)
    (notice,) = Notice.objects.filter(recipient=f"user:{works.pk}")
    assert notice.title.startswith("2 things are asked of your organisation")


def test_what_a_restricted_lab_asks_is_not_named(works: User) -> None:
    plan = make_content.adopted(draft_with(works, "A secret road"))
    plan.lab.restricted_to.add(make_forums.make_forum("Security"))
    tell(plan)
    (notice,) = Notice.objects.filter(recipient=f"user:{works.pk}")
    assert "secret" not in notice.title
    assert notice.url == "/requests/"
    assert Event.objects.get(verb="request.in_force").restricted


def test_a_request_stands_on_the_desk_until_it_is_answered(works: User) -> None:
    plan = make_content.adopted(draft_with(works, "A road"))
    line = lines(works)["requests"]
    assert (line.title, line.decide) == ("A road", True)
    dependencies.answer(
        plan=plan,
        dependency_key=make.key_of(plan, "A road"),
        state="accepted",
        by=actor(works, people.post_of(works)),
        at=make.AT,
    )
    far = line.due_on - datetime.timedelta(days=60)
    assert "requests" not in lines(works, far)
    near = lines(works, line.due_on - datetime.timedelta(days=3))["requests"]
    assert not near.decide, "accepted: it is to be delivered"
    assert near.key != line.key


def test_promises_stand_on_the_desks_of_those_concerned() -> None:
    firm = people.ministry_officer()
    draft = make.open_draft(make.draft_plan())
    make_content.promise(draft, beneficiary=people.post_of(firm).organisation, title="Hire 20")
    plan = make_content.adopted(draft)
    commitment = plan.commitments.get(until_revision=None)
    lead = people.ministry_officer(plan.lab.area.lead)
    unit = people.delivery_unit()
    due = commitment.verify_on
    for user in (lead, unit):
        assert "promises" not in lines(user, due - datetime.timedelta(days=1))
        assert lines(user, due)["promises"].title == "Hire 20"
    assert "promises" not in lines(firm, due), (
        "nobody verifies what their own organisation promised"
    )


def test_restricted_labs_are_marked_on_the_desk(works: User) -> None:
    plan = make_content.adopted(draft_with(works, "A secret road"))
    forum = make_forums.make_forum("Security", members=[people.post_of(works)])
    plan.lab.restricted_to.add(forum)
    found = lines(works)
    assert "requests" not in found or found["requests"].restricted
