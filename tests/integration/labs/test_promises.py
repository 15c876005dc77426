"""Promises of beneficiaries: due, verified by others, with what follows."""

from __future__ import annotations

import datetime
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import CommitmentCheck
from labs.selectors import commitments as selectors
from labs.services import commitments
from tests.factories import content as make_content
from tests.factories import labs as make
from tests.factories import people
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
DUE = datetime.date(2019, 3, 31)
LATER = datetime.datetime(2019, 4, 2, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def firm():
    return people.OrganisationFactory(name="Guards Ltd")


@pytest.fixture
def plan(firm):
    draft = make.open_draft(make.draft_plan())
    make_content.promise(draft, firm)
    return make_content.adopted(draft)


@pytest.fixture
def unit():
    return people.delivery_unit()


def check(plan, by=make.SYSTEM, at=LATER, **given) -> CommitmentCheck:
    said = {"result": "kept", "basis": "50 names on the payroll", **given}
    key = make.key_of(plan, "Hire 50 guards")
    return commitments.check(plan=plan, commitment_key=key, **said, by=by, at=at)


def due(user, on: datetime.date) -> list[str]:
    return [row.title for row in selectors.due(user, on)]


def test_a_promise_is_due_from_its_day_until_it_is_verified(plan, unit) -> None:
    assert due(unit, DUE - datetime.timedelta(days=1)) == []
    assert due(unit, DUE) == ["Hire 50 guards"]
    check(plan, at=make.AT)  # an early look is no verification
    assert due(unit, DUE) == ["Hire 50 guards"]
    check(plan)
    assert due(unit, DUE + datetime.timedelta(days=9)) == []


def test_a_broken_promise_says_what_follows(plan) -> None:
    with pytest.raises(commitments.CheckRefused) as refused:
        check(plan, result="broken")
    assert "sanction" in refused.value.fields
    made = check(plan, result="broken", sanction="The subsidy is paid back in May")
    assert made.sanction
    assert check(plan, result="broken", sanction="The subsidy is paid back in May") == made


def test_nobody_verifies_what_their_own_organisation_promised(plan, firm) -> None:
    theirs = people.ministry_officer(organisation=firm)
    people.people.forget(theirs)
    with pytest.raises(commitments.OwnPromise):
        check(plan, by=actor(theirs))
    post = people.post_of(theirs)
    other = people.delivery_unit()
    with pytest.raises(commitments.OwnPromise):
        check(plan, by=actor(other, post))
    assert check(plan, by=actor(other)).by_user_id == other.pk


def test_a_promise_that_left_the_plan_is_not_verified(plan) -> None:
    key = make.key_of(plan, "Hire 50 guards")
    second = make.revision_of(plan)
    make_content.revisions.remove(
        revision=second, part="commitment", key=key, reason="Void", **make_content.BY
    )
    left = make_content.adopted(second)
    with pytest.raises(commitments.PromiseNotInForce):
        commitments.check(
            plan=left, commitment_key=key, result="kept", basis="x", **make_content.BY
        )


def test_a_promise_is_verified_on_its_page_and_its_history_is_shown(plan, unit) -> None:
    client = Client()
    client.force_login(unit)
    key = make.key_of(plan, "Hire 50 guards")
    listed = unescape(client.get(reverse("labs:commitments_due")).content.decode())
    assert "Guards Ltd" in listed
    address = reverse("labs:commitment_check", args=[key])
    form = {"result": "partly", "basis": "Only 20 on the payroll"}
    page = unescape(client.post(address, form).content.decode())
    assert "Say what follows" in page
    assert "Only 20 on the payroll" in page
    assert client.post(address, {**form, "sanction": "Half is paid back"}).status_code == 302
    initiative = make.key_of(plan, "More patrols")
    shown = unescape(client.get(reverse("labs:initiative", args=[initiative])).content.decode())
    assert "Kept in part" in shown
    assert "Half is paid back" in shown
    assert "Hire 50 guards" not in client.get(reverse("labs:commitments_due")).content.decode()


def test_the_list_costs_the_same_queries_whatever_is_due(unit) -> None:
    client = Client()
    client.force_login(unit)

    def queries() -> int:
        client.get(reverse("labs:commitments_due"))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("labs:commitments_due"))
        return len(caught)

    def more(count: int) -> None:
        draft = make.open_draft(make.draft_plan())
        for number in range(count):
            make_content.promise(draft, title=f"Promise {number}")
        make_content.adopted(draft)

    more(2)
    few = queries()
    more(4)
    assert queries() == few
