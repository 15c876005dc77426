"""“I ask Works for roads and Labour for training, and see who is blocking me.”"""

from __future__ import annotations

import datetime
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.selectors import dependencies as selectors
from labs.services import dependencies, milestones
from labs.services import labs as lab_services
from tests.factories import content as make_content
from tests.factories import labs as make
from tests.factories import people
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
ON = datetime.date(2019, 2, 1)


@pytest.fixture
def works():
    return people.ministry_officer()


@pytest.fixture
def tourism():
    return people.ministry_officer()


@pytest.fixture
def plan(works, tourism):
    draft = make.open_draft(make.draft_plan(owner=people.post_of(tourism)))
    make_content.request(draft, people.post_of(works).organisation, title="A road")
    return make_content.adopted(draft)


def key(plan):
    return make.key_of(plan, "A road")


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answer(plan, user, state: str = "accepted", note: str = "", step=None):
    return dependencies.answer(
        plan=plan,
        dependency_key=key(plan),
        state=state,
        note=note,
        step_key=step,
        by=actor(user, people.post_of(user)),
        at=make.AT,
    )


def stand(plan, on: datetime.date = ON) -> str:
    request = selectors.in_force(key(plan))
    return selectors.standings([request], on)[key(plan)].state


def page(user, side: str = "") -> str:
    query = f"?side={side}" if side else ""
    response = as_user(user).get(reverse("labs:asked_of_us") + query)
    return unescape(response.content.decode())


def test_whoever_is_asked_sees_it_answers_it_and_whoever_asked_sees_the_answer(
    plan, works, tourism
) -> None:
    assert "A road" in page(works)
    assert "A road" not in page(tourism)
    assert "Overdue" in page(tourism, "by_us")
    address = reverse("labs:dependency_answer", args=[key(plan)])
    client = as_user(works)
    refused = unescape(client.post(address, {"state": "refused", "note": ""}).content.decode())
    assert "Say why you refuse" in refused
    assert client.post(address, {"state": "refused", "note": "No money"}).status_code == 302
    seen = page(tourism, "by_us")
    assert "Refused" in seen
    assert "is in the way" in seen
    assert "No money" in seen
    assert client.post(address, {"state": "accepted", "note": "Money came"}).status_code == 302
    assert stand(plan) == "accepted"
    step = make.key_of(plan, "Step 1")
    milestone = unescape(
        as_user(tourism).get(reverse("labs:milestone", args=[step])).content.decode()
    )
    assert "A road" in milestone
    assert "Money came" in milestone
    assert as_user(tourism).get(address).status_code == 403


def test_only_the_organisation_that_is_asked_answers(plan, tourism, works) -> None:
    with pytest.raises(dependencies.NotAsked):
        answer(plan, tourism)
    made = answer(plan, works)
    assert answer(plan, works) == made  # sent twice, kept once


def test_the_step_that_delivers_tells_how_the_request_stands(plan, works, tourism) -> None:
    own = make.open_draft(make.draft_plan(owner=people.post_of(works), title="Roads"))
    roads = make_content.adopted(own)
    step = make.key_of(roads, "Step 1")
    theirs = make.key_of(plan, "Step 2")
    with pytest.raises(dependencies.AnswerRefused):
        answer(plan, works, step=theirs)
    answer(plan, works, step=step)
    assert stand(plan) == "late"  # that step finishes on 1 May, the road is needed on 30 April

    def report(state: str, **given) -> None:
        milestones.report(
            plan=roads, milestone_key=step, state=state, by=make.SYSTEM, at=make.AT, **given
        )

    report("on_course", expected_finish=datetime.date(2019, 4, 1))
    assert stand(plan) == "accepted"
    report("blocked", blocked_by="No permit", expected_finish=datetime.date(2019, 4, 1))
    assert stand(plan) == "blocked"
    report("done", done_evidence="It is open", expected_finish=datetime.date(2019, 1, 5))
    assert stand(plan) == "delivered"


def test_what_is_not_answered_in_time_is_overdue(plan, works) -> None:
    assert stand(plan) == "unanswered"
    assert stand(plan, datetime.date(2019, 5, 1)) == "overdue"
    answer(plan, works, "delivered", "Opened on 3 January")
    assert stand(plan, datetime.date(2019, 5, 1)) == "delivered"


def test_an_answer_of_whom_is_no_longer_asked_does_not_count(plan, works) -> None:
    answer(plan, works)
    second = make.revision_of(plan)
    labour = people.OrganisationFactory(name="Labour")
    make_content.change(second, "dependency", key(plan), provider=str(labour.pk))
    make_content.adopted(second)
    assert stand(plan) == "unanswered"


def test_a_restricted_lab_that_asks_is_counted_and_not_named(plan, works, tourism) -> None:
    lab_services.restrict(lab=plan.lab, forums=[plan.lab.steering], by=make.SYSTEM, at=make.AT)
    seen = page(works)
    assert "A road" not in seen
    assert "1 request comes from a restricted lab" in seen
    assert (
        as_user(works).get(reverse("labs:dependency_answer", args=[key(plan)])).status_code == 404
    )


def test_whoever_is_asked_sees_it_though_they_do_not_read_the_programme(plan, works) -> None:
    response = as_user(works).get(reverse("labs:plan", args=[plan.pk]))
    assert response.status_code == 404
    assert "A road" in page(works)


def test_the_list_costs_the_same_queries_whatever_is_asked(plan, works) -> None:
    client = as_user(works)

    def queries() -> int:
        client.get(reverse("labs:asked_of_us"))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("labs:asked_of_us"))
        return len(caught)

    few = queries()
    draft = make.revision_of(plan)
    for number in range(4):
        make_content.request(draft, people.post_of(works).organisation, title=f"Bridge {number}")
    make_content.adopted(draft)
    assert queries() == few
