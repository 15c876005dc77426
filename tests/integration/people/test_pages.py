"""Pages about people: who may, what they do, and a fixed number of queries."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import Appointment, Organisation, Post, RoleGrant, User
from people.models.access import Role
from tests.factories import people as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(client):
    """Signed in as the delivery unit."""
    user = make.delivery_unit()
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    user = make.administrator()
    client.force_login(user)
    return user


MANAGED = ["organisations", "organisation_new", "users", "invitations"]
ADMINISTERED = ["tokens", "token_new", "system_new"]


@pytest.mark.parametrize("name", MANAGED + ADMINISTERED)
@pytest.mark.parametrize(
    ("persona", "opens"),
    [
        (make.administrator, set(MANAGED + ADMINISTERED)),
        (make.delivery_unit, set(MANAGED)),
        (make.auditor, set()),
        (make.ministry_officer, set()),
        (make.outsider, set()),
    ],
)
def test_who_opens_what(client, name, persona, opens):
    client.force_login(persona())
    expected = 200 if name in opens else 403
    assert client.get(reverse(f"people:{name}")).status_code == expected


def test_an_organisation_a_post_and_its_holder_are_added(client, unit):
    answer = client.post(
        reverse("people:organisation_new"),
        {"name": "Health", "short_name": "MOH", "sector": "public", "parent": ""},
    )
    health = Organisation.objects.get(name="Health")
    page = reverse("people:organisation", args=[health.pk])
    assert answer.url == page
    answer = client.post(page, {"title": "Director", "rank": "10"})
    post = Post.objects.get(organisation=health)
    assert answer.url == reverse("people:post", args=[post.pk])
    person = make.outsider(name="Aminah")
    client.post(answer.url, {"user": person.pk, "starts_on": "2019-01-01"})
    assert Appointment.objects.get().user == person
    assert "Aminah" in client.get(page).text


def test_what_was_typed_stays_when_it_is_refused(client, unit):
    make.OrganisationFactory(name="Health")
    answer = client.post(
        reverse("people:organisation_new"), {"name": "HEALTH", "sector": "labour", "parent": ""}
    )
    assert answer.status_code == 200
    assert "already an organisation of this name" in answer.text
    assert 'value="HEALTH"' in answer.text
    assert Organisation.objects.count() == 1


def test_an_appointment_ends(client, unit):
    held = make.AppointmentFactory(starts_on=datetime.date(2019, 1, 1))
    page = reverse("people:appointment_end", args=[held.pk])
    assert client.get(page).status_code == 200
    assert "cannot be before" in client.post(page, {"ends_on": "2018-01-01"}).text
    assert client.post(page, {"ends_on": "2019-03-31"}).status_code == 302
    held.refresh_from_db()
    assert held.ends_on == datetime.date(2019, 3, 31)


def test_a_post_is_abolished_after_its_last_day(client, unit):
    post = make.PostFactory()
    page = reverse("people:post_abolish", args=[post.pk])
    assert client.get(page).status_code == 200
    client.post(page, {"ends_on": "2019-03-31"})
    post.refresh_from_db()
    assert post.abolished_on == datetime.date(2019, 4, 1)


def test_the_administrator_gives_and_withdraws_roles(client, administrator):
    person = make.outsider()
    page = reverse("people:user", args=[person.pk])
    client.post(page, {"role": Role.AUDITOR})
    assert "auditor" in client.get(page).text
    client.post(reverse("people:role_withdraw", args=[person.pk]), {"role": Role.AUDITOR})
    assert not RoleGrant.objects.filter(user=person, withdrawn_at=None).exists()


def test_the_delivery_unit_sees_roles_and_gives_none(client, unit):
    person = make.outsider()
    page = reverse("people:user", args=[person.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"role": Role.ADMINISTRATOR}).status_code == 403
    for name in ("role_withdraw", "user_close"):
        assert client.post(reverse(f"people:{name}", args=[person.pk])).status_code == 403


def test_an_account_is_closed_and_opened_again(client, administrator):
    person = make.outsider()
    page = reverse("people:user_close", args=[person.pk])
    client.post(page)
    assert not User.objects.get(pk=person.pk).is_active
    client.post(page)
    assert User.objects.get(pk=person.pk).is_active


def test_the_last_administrator_cannot_close_their_own_account(client, administrator):
    answer = client.post(reverse("people:user_close", args=[administrator.pk]), follow=True)
    assert "Someone must be the administrator" in answer.text


def test_a_system_is_added(client, administrator):
    answer = client.post(
        reverse("people:system_new"), {"name": "Bridge", "email": "bridge@example.org"}
    )
    assert answer.url == reverse("people:token_new")
    assert User.objects.get(email="bridge@example.org").is_system


@pytest.mark.parametrize("name", ["organisations", "users", "invitations", "tokens"])
def test_lists_cost_the_same_for_twice_the_rows(client, administrator, name):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert client.get(reverse(f"people:{name}")).status_code == 200
        return len(taken)

    def add() -> None:
        for _ in range(10):
            user = make.ministry_officer()
            make.RoleGrantFactory(user=user)
            make.invitation(administrator)
            make.token(administrator)

    add()
    queries()
    first = queries()
    add()
    assert queries() == first


def test_the_posts_of_an_organisation_cost_the_same_for_twice_the_rows(client, unit):
    home = make.OrganisationFactory()
    page = reverse("people:organisation", args=[home.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            client.get(page)
        return len(taken)

    for _ in range(5):
        make.holder(make.PostFactory(organisation=home))
    queries()
    first = queries()
    for _ in range(5):
        make.holder(make.PostFactory(organisation=home))
    assert queries() == first
