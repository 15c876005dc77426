"""Pages of disputes: what they show, what a post does. Who gets which: tests/access/policy.txt."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from labs.models import ProgrammeReader
from people.models import Appointment
from reviews.models import Dispute
from reviews.services import advancing
from tests.factories import disputes as factory
from tests.factories.disputes import DAY, officer_of, party
from tests.factories.forums import AT, person_in
from tests.factories.people import (
    AppointmentFactory,
    OrganisationFactory,
    auditor,
    delivery_unit,
    ministry_officer,
    outsider,
    post_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _business_time(monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: AT)


@pytest.fixture
def dispute():
    return factory.open_dispute()


@pytest.fixture
def people(dispute):
    """One persona of each kind, by name."""
    reader = ministry_officer(OrganisationFactory())
    ProgrammeReader.objects.create(programme=dispute.area.programme, user=reader)
    home = dispute.area.home_forum
    return {
        "party": officer_of(party(dispute)),
        "chair": person_in(home.chair),
        "secretary": person_in(home.secretary),
        "upper": person_in(factory.forum_at(dispute, 3).chair),
        "unit": delivery_unit(),
        "auditor": auditor(),
        "reader": reader,
        "outsider": outsider(),
    }


def test_the_page_shows_where_it_stands_and_what_a_ruling_means(dispute, client):
    factory.state_positions(dispute)
    factory.propose(dispute)
    client.force_login(officer_of(party(dispute, 1)))
    text = client.get(reverse("reviews:dispute", args=[dispute.pk])).content.decode()
    for tier in dispute.tiers.select_related("forum"):
        assert tier.forum.name in text
    assert "After a ruling neither party&#x27;s proposal need survive" in text or (
        "After a ruling neither party's proposal need survive" in text
    )
    assert "members are free to decide; " in text
    assert reverse("reviews:dispute_settle", args=[dispute.pk]) in text
    assert "No settlement proposal was answered at this tier yet" in text
    assert "Answer this proposal" in text


def test_an_ended_dispute_shows_how_and_offers_nothing(client):
    dispute = factory.settled()
    client.force_login(officer_of(party(dispute)))
    text = client.get(reverse("reviews:dispute", args=[dispute.pk])).content.decode()
    assert "We count together." in text
    assert reverse("reviews:dispute_settle", args=[dispute.pk]) not in text


def test_a_party_states_proposes_and_the_other_settles_by_pages_alone(dispute, client):
    def post(user, name, pk, **data):
        client.force_login(user)
        reply = client.post(reverse(f"reviews:{name}", args=[pk]), data)
        assert reply.status_code == 302, reply.content.decode()[-3000:]

    one, two = officer_of(party(dispute)), officer_of(party(dispute, 1))
    post(one, "dispute_position", dispute.pk, text="Ours is right.")
    post(one, "dispute_settle", dispute.pk, terms="Both publish.", reason="Fair.")
    proposal = dispute.settlements.get()
    post(two, "settlement_answer", proposal.pk, assents="yes", reason="Agreed.")
    dispute.refresh_from_db()
    assert (dispute.state, dispute.ended_because) == ("settled", "Both publish.")


def test_what_is_refused_is_said_on_the_form_with_what_was_typed(dispute, client):
    client.force_login(officer_of(party(dispute)))
    url = reverse("reviews:dispute_bump_up", args=[dispute.pk])
    text = client.get(url).content.decode()
    assert "The minimum stay at this tier is not over" in text
    client.force_login(person_in(dispute.area.home_forum.chair))
    reply = client.post(url, {"trigger": "deadlock", "reason": ""})
    assert "There is a problem" in reply.content.decode()
    assert client.post(url, {"trigger": "deadlock", "reason": "Stuck"}).status_code == 302
    dispute.refresh_from_db()
    assert dispute.tier == 2


def test_an_answer_to_a_page_that_is_out_of_date_is_refused(client):
    dispute = factory.open_dispute()
    proposal = factory.propose(dispute)
    factory.ladder.climb(
        dispute=dispute, trigger="deadlock", reason="Stuck", by=factory.SYSTEM, at=AT
    )
    client.force_login(officer_of(party(dispute, 1)))
    url = reverse("reviews:settlement_answer", args=[proposal.pk])
    stale = client.post(url, {"assents": "yes", "reason": "Agreed.", "seen_at_tier": "1"})
    assert "The dispute moved on while you were at it" in stale.content.decode()
    assert "Agreed." in stale.content.decode()
    assert not proposal.answers.exists()
    assert (
        client.post(url, {"assents": "yes", "reason": "Agreed.", "seen_at_tier": "2"}).status_code
        == 302
    )


def test_an_officer_opens_a_dispute_of_their_own_organisation(client):
    area = factory.make_area()
    kpi = factory.make_kpi(area)
    officer, other = ministry_officer(area.lead), OrganisationFactory()
    client.force_login(officer)
    url = reverse("reviews:dispute_new")
    page = client.get(url, {"kpi": kpi.code})
    assert page.context["form"].initial["subject"] == f"kpi:{kpi.pk}"
    data = {
        "title": "Whose count",
        "subject": f"kpi:{kpi.pk}",
        "about": "value",
        "question": "Whose?",
        "own": area.lead.pk,
        "parties": [other.pk],
    }
    reply = client.post(url, data)
    made = Dispute.objects.get()
    assert reply.url == reverse("reviews:dispute", args=[made.pk])
    assert {each.organisation for each in made.parties.all()} == {area.lead, other}
    assert made.by_post.organisation == area.lead


def test_a_chair_who_took_a_side_does_not_declare_deadlock(dispute, client):
    """Fact 9 looks at the person, also in another post."""
    home = dispute.area.home_forum
    chair = person_in(home.chair)
    AppointmentFactory(post=post_of(officer_of(party(dispute))), user=chair, acting=True)
    client.force_login(chair)
    url = reverse("reviews:dispute_bump_up", args=[dispute.pk])
    reply = client.post(url, {"trigger": "deadlock", "reason": "Ours wins."})
    assert reply.status_code == 200
    dispute.refresh_from_db()
    assert dispute.tier == 1


def test_the_delivery_unit_opens_one_between_others(client):
    area = factory.make_area()
    kpi, one, two = factory.make_kpi(area), OrganisationFactory(), OrganisationFactory()
    client.force_login(delivery_unit())
    data = {
        "title": "Whose count",
        "subject": f"kpi:{kpi.pk}",
        "about": "value",
        "question": "Whose?",
        "parties": [one.pk, two.pk],
    }
    assert client.post(reverse("reviews:dispute_new"), data).status_code == 302
    assert Dispute.objects.get().parties.count() == 2


def test_nobody_opens_a_dispute_about_what_they_may_not_read(client):
    kpi = factory.make_kpi(factory.make_area())
    officer = ministry_officer(factory.make_area().lead)
    client.force_login(officer)
    data = {
        "title": "x", "subject": f"kpi:{kpi.pk}", "about": "value", "question": "x",
        "own": officer.appointments.get().post.organisation_id,
        "parties": [OrganisationFactory().pk],
    }  # fmt: skip
    assert client.post(reverse("reviews:dispute_new"), data).status_code == 200
    assert not Dispute.objects.exists()


class TestRestricted:
    """Restricted disputes appear in counts, never by name."""

    @pytest.fixture
    def secret(self, dispute):
        dispute.restricted_to.add(factory.forum_at(dispute, 1))
        return dispute

    def test_only_parties_auditors_and_the_forums_named_see_it(self, secret, people, client):
        found = {}
        for who in people:
            client.force_login(people[who])
            found[who] = client.get(reverse("reviews:dispute", args=[secret.pk])).status_code
        seen = {who for who, status in found.items() if status == 200}
        assert seen == {"party", "chair", "secretary", "auditor"}
        assert set(found.values()) == {200, 404}

    def test_others_see_the_count(self, secret, people, client):
        client.force_login(people["reader"])
        text = client.get(reverse("reviews:disputes")).content.decode()
        assert secret.title not in text
        assert "1 more open dispute is restricted" in text

    def test_a_ruling_in_it_is_open_to_the_forum_alone(self, secret, people, client):
        decision = factory.rule(factory.put_ruling(secret))
        url = reverse("forums:decision", args=[decision.pk])
        found = {}
        for who in people:
            client.force_login(people[who])
            found[who] = client.get(url).status_code
        assert (found["chair"], found["auditor"]) == (200, 200)
        assert (found["upper"], found["reader"], found["outsider"]) == (404, 404, 404)


@pytest.mark.parametrize("state", ["open", "ended"])
def test_the_list_costs_the_same_for_more_rows(state, client, django_assert_max_num_queries):
    area = factory.make_area()
    kpi = factory.make_kpi(area)
    client.force_login(auditor())
    url = reverse("reviews:disputes")

    def count() -> int:
        with django_assert_max_num_queries(60) as captured:
            client.get(url, {"state": state})
        return len(captured)

    def make(number: int) -> None:
        for _ in range(number):
            dispute = factory.open_dispute(area, kpi=kpi)
            if state == "ended":
                factory.answer(factory.propose(dispute))

    make(2)
    count()
    few = count()
    make(4)
    assert count() == few


def test_the_page_costs_the_same_for_more_words(dispute, client):
    client.force_login(officer_of(party(dispute)))
    url = reverse("reviews:dispute", args=[dispute.pk])

    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    factory.state_positions(dispute)
    factory.propose(dispute)
    count()
    few = count()
    for _ in range(3):
        factory.state_positions(dispute)
        factory.answer(factory.propose(dispute), assents=False)
    assert count() <= few


def test_a_forum_without_a_chair_shows_that_it_cannot_sit(dispute, client):
    Appointment.objects.filter(post=factory.forum_at(dispute, 2).chair).update(
        ends_on=AT.date() - datetime.timedelta(days=1)
    )
    client.force_login(officer_of(party(dispute)))
    text = client.get(reverse("reviews:dispute", args=[dispute.pk])).content.decode()
    assert "Cannot sit" in text


def test_overdue_at_the_top_heads_the_list(client):
    area = factory.make_area()
    kpi = factory.make_kpi(area)
    factory.open_dispute(area, kpi=kpi, title="Young")
    old = factory.at_tier(4, area=area, kpi=kpi, title="Old")
    advancing.advance(at=AT + 30 * DAY)
    old.refresh_from_db()
    assert old.overdue_at_top_since
    client.force_login(auditor())
    text = client.get(reverse("reviews:disputes")).content.decode()
    assert text.index("Old") < text.index("Young")
    assert "Overdue at the top" in text
