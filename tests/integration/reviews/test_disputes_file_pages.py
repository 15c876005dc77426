"""Pages of a dispute's file and time: what is coming, evidence, more time, taking back."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forums.services import forums as forum_services
from labs.models import ProgrammeReader
from people.models import Appointment
from reviews.models import Dispute, Exhibit, InformationRequest, TimeAsked
from reviews.models.disputes import About
from reviews.selectors import standing
from reviews.services import advancing, exhibits, extensions, information
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.disputes import DAY, by, officer_of, party
from tests.factories.forums import AT, SYSTEM, held_post, person_in
from tests.factories.people import (
    AppointmentFactory,
    OrganisationFactory,
    UserFactory,
    actor,
    delivery_unit,
    ministry_officer,
    post_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The business time, to be moved by a test."""
    times = {"now": AT}
    monkeypatch.setattr("config.clock.now", lambda: times["now"])
    return times


@pytest.fixture
def dispute():
    return factory.open_dispute()


def url(name: str, pk: int) -> str:
    return reverse(f"reviews:{name}", args=[pk])


def day(date: datetime.date) -> str:
    return f"{date:%-d %B %Y}"


def shown(client, dispute) -> str:
    """The page as a person reads it: without tags, with single spaces."""
    html = client.get(url("dispute", dispute.pk)).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#x27;", "'")


class TestSeeingItComing:
    def test_a_party_sees_who_decides_when_and_on_what_file(self, dispute, client):
        client.force_login(officer_of(party(dispute)))
        text = shown(client, dispute)
        tiers = standing.tiers(dispute)
        assert f"{tiers[0].forum} decides, until {day(dispute.deadline)}" in text
        assert f"{person_in(tiers[0].chair)}" in text
        assert f"{tiers[1].forum}, from {day(dispute.deadline + DAY)} to" in text
        assert "Council of ministers" in text
        assert "no position at this tier yet" in text
        assert "Missing from you" in text
        assert "your position at this tier" in text
        assert "neither party's proposal need survive" in text
        assert (
            url("dispute_settle", dispute.pk)
            in client.get(url("dispute", dispute.pk)).content.decode()
        )

    def test_what_is_foreseen_is_what_the_sweep_does(self, dispute, client, now):
        client.force_login(officer_of(party(dispute)))
        text = shown(client, dispute)
        while True:
            now["now"] = datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())
            if advancing.advance(at=now["now"]).overdue_at_top:
                break
            dispute.refresh_from_db()
            tier = standing.tier_of(dispute)
            entered = standing.today(dispute, tier.entered_at)
            assert f"{tier.forum}, from {entered:%-d %B %Y} to {tier.deadline:%-d %B %Y}" in text
        assert "Its last day was" in shown(client, dispute)

    def test_a_chair_who_acts_is_said_to_act(self, dispute, client):
        chair = standing.tier_of(dispute).chair
        Appointment.objects.filter(post=chair).delete()
        acting = AppointmentFactory(post=chair, user=UserFactory(name="Amal"), acting=True).user
        client.force_login(officer_of(party(dispute)))
        assert f"{acting} (acting)" in shown(client, dispute).replace("( ", "(")

    def test_a_vacant_forum_ahead_is_foreseen_as_passed(self, dispute, client):
        Appointment.objects.filter(post=standing.tier_of(dispute, 2).chair).delete()
        client.force_login(officer_of(party(dispute)))
        assert f"entered and passed on {day(dispute.deadline + DAY)}: it cannot sit" in shown(
            client, dispute
        )

    def test_the_successor_of_a_closed_forum_is_named(self, dispute, client):
        closed = standing.tier_of(dispute, 2).forum
        successor = forum_factory.make_forum("Merged committee", parent=closed.parent)
        forum_services.close(forum=closed, successor=successor, by=SYSTEM, at=AT)
        client.force_login(officer_of(party(dispute)))
        assert f"Merged committee, from {day(dispute.deadline + DAY)}" in shown(client, dispute)

    def test_an_interested_chair_is_replaced_by_the_alternate_and_it_is_said(self, client):
        area = factory.make_area(alternate=True)
        ministry = area.home_forum.chair.organisation
        dispute = factory.open_dispute(area, parties=[ministry, OrganisationFactory()])
        alternate = area.home_forum.alternate
        client.force_login(person_in(alternate))
        text = shown(client, dispute)
        assert "in the place of the chair, who is not free" in text
        assert client.get(url("dispute_extend", dispute.pk)).status_code == 200

    def test_the_owner_stays_responsible_and_keeps_their_desk(self, dispute, client):
        owner = held_post("Director, Counting")
        dispute.kpi.owner = owner
        dispute.kpi.save()
        client.force_login(officer_of(party(dispute)))
        assert f"{owner} stays responsible for the work" in shown(client, dispute)

    def test_the_desk_says_who_decides_next_in_a_sentence(self, dispute, client):
        client.force_login(officer_of(party(dispute)))
        html = client.get(reverse("reviews:desk")).content.decode()
        first, second = standing.tiers(dispute)[:2]
        assert f"{first.forum} decides until {day(dispute.deadline)}, then {second.forum}." in html

    def test_the_kpi_is_disputed_in_words(self, dispute, client):
        client.force_login(officer_of(party(dispute)))
        page = client.get(reverse("kpis:kpi", args=[dispute.kpi.code]))
        if page.status_code == 200:
            assert "This KPI is disputed" in page.content.decode()


@pytest.mark.parametrize("about", About.values)
def test_each_kind_of_dispute_is_opened_through_the_page(about, client):
    area = factory.make_area()
    kpi = factory.make_kpi(area)
    other = OrganisationFactory()
    client.force_login(delivery_unit())
    answer = client.post(
        reverse("reviews:dispute_new"),
        {
            "title": "T",
            "subject": f"kpi:{kpi.pk}",
            "about": about,
            "question": "Q?",
            "parties": [OrganisationFactory().pk, other.pk],
        },
    )
    made = Dispute.objects.get()
    assert answer.url == url("dispute", made.pk)
    assert made.about == about


def test_the_conflict_forum_is_chosen_on_the_page_and_who_can_name_one_is_said(client):
    area = factory.make_area()
    kpi = factory.make_kpi(area)
    given = {
        "title": "T",
        "subject": f"kpi:{kpi.pk}",
        "about": "resource",
        "question": "Who pays?",
        "parties": [OrganisationFactory().pk, OrganisationFactory().pk],
        "is_distributional": "on",
        "route_reason": "Ports gain, fisheries pay.",
    }
    client.force_login(delivery_unit())
    refused = client.post(reverse("reviews:dispute_new"), given).content.decode()
    assert "The delivery unit can name one" in refused
    top = area.home_forum.parent.parent.parent
    area.conflict_forum = forum_factory.make_forum("Conflict forum", parent=top)
    area.save()
    client.post(reverse("reviews:dispute_new"), given)
    made = Dispute.objects.get()
    text = shown(client, made)
    assert "Routed to the conflict forum, away from Working committee" in text
    assert "Ports gain, fisheries pay." in text


def test_what_a_forum_would_have_before_it_names_no_zeros(dispute, client, now):
    """Of questions only what became of some; of its members who is free, in good grammar."""
    client.force_login(officer_of(party(dispute)))
    text = shown(client, dispute)
    assert "no evidence yet" in text
    assert "question" not in text[text.index("no evidence yet") : text.index("Missing from you")]
    asked = {"dispute": dispute, "organisation": party(dispute, 1).organisation, "by": SYSTEM}
    for number in (1, 2):
        information.ask(question=f"{number}?", due_on=AT.date() + 9 * DAY, at=AT, **asked)
    text = shown(client, dispute)
    assert "2 questions await their answer" in text
    assert "met by silence" not in text
    now["now"] = AT + 10 * DAY
    assert "2 questions met by silence" in shown(client, dispute)
    assert not re.search(r"\b0 (?!days?\b|unread)[a-z]", text)


def test_evidence_is_handed_in_read_and_downloaded(dispute, client):
    client.force_login(officer_of(party(dispute)))
    file = SimpleUploadedFile("count.txt", b"1, 2, 3")
    client.post(
        url("dispute_exhibit", dispute.pk),
        {"title": "The police count", "dated": "2019-04-01", "where": "", "document": file},
    )
    kept = Exhibit.objects.get()
    assert "The police count" in shown(client, dispute)
    client.force_login(officer_of(party(dispute, 1)))
    answer = client.get(url("exhibit_file", kept.pk))
    assert b"".join(answer.streaming_content) == b"1, 2, 3"
    assert "attachment" in answer["Content-Disposition"]


def test_the_chair_gives_time_that_a_party_asked_for(dispute, client):
    client.force_login(officer_of(party(dispute)))
    before = dispute.deadline
    client.post(url("dispute_ask_time", dispute.pk), {"days": 2, "reason": "The census"})
    assert "asks for 2 working days more: The census" in shown(client, dispute)
    client.force_login(person_in(standing.tier_of(dispute).chair))
    assert "The census" in client.get(url("dispute_extend", dispute.pk)).content.decode()
    given = {"days": 2, "reason": "The census", "seen_at_tier": 1}
    client.post(url("dispute_extend", dispute.pk), given)
    again = client.post(url("dispute_extend", dispute.pk), given)
    assert "once only" in again.content.decode()
    dispute.refresh_from_db()
    assert dispute.deadline > before
    text = shown(client, dispute)
    assert f"given more time; it was {day(before)}" in text
    assert "More time at tier 1" in text
    assert "asked for 2 working days more at tier 1 (time was given)" in text
    assert "The chair decides" not in text


def test_the_chair_declines_time_and_the_page_says_so(dispute, client):
    client.force_login(officer_of(party(dispute)))
    client.post(url("dispute_ask_time", dispute.pk), {"days": 2, "reason": "The census"})
    request = TimeAsked.objects.get()
    decline = url("time_decline", request.pk)
    assert "The chair decides" in shown(client, dispute)
    assert decline not in client.get(url("dispute", dispute.pk)).content.decode()
    assert client.get(decline).status_code == 403
    client.force_login(person_in(standing.tier_of(dispute).chair))
    for page in ("dispute", "dispute_extend"):
        assert decline in client.get(url(page, dispute.pk)).content.decode()
    assert "asks for 2 working days more" in client.get(decline).content.decode()
    client.post(decline, {"reason": "It is published", "seen_at_tier": 1})
    text = shown(client, dispute)
    assert "asked for 2 working days more at tier 1 (declined)" in text
    assert "No more time at tier 1 for" in text
    assert "It is published" in text
    assert "The chair decides" not in text
    again = client.post(decline, {"reason": "It is published", "seen_at_tier": 1})
    assert "no longer open" in again.content.decode()


class TestActionsOfASettlement:
    def opened(self):
        """A settled dispute, and the action its terms opened."""
        dispute = factory.open_dispute()
        owner = party(dispute, 1).organisation.posts.get()
        given = {"action_title": "Count together", "action_due": AT.date() + 30 * DAY}
        terms = factory.propose(dispute, action_owner=owner, **given)
        factory.answer(terms)
        terms.refresh_from_db()
        return dispute, terms.action

    def test_every_party_and_every_reader_of_the_dispute_reaches_their_page(self, client):
        dispute, action = self.opened()
        reader = person_in(held_post("Clerk"))
        ProgrammeReader.objects.create(programme=dispute.area.programme, user=reader)
        seated = person_in(factory.forum_at(dispute, 2).secretary)
        page = reverse("forums:action", args=[action.pk])
        for user in (officer_of(party(dispute)), officer_of(party(dispute, 1)), reader, seated):
            client.force_login(user)
            assert page in client.get(url("dispute", dispute.pk)).content.decode()
            assert client.get(page).status_code == 200
        client.force_login(person_in(held_post("Stranger")))
        assert client.get(page).status_code == 404

    def test_what_is_restricted_stays_so(self, client):
        dispute, action = self.opened()
        dispute.restricted_to.add(dispute.area.home_forum)
        reader = person_in(held_post("Clerk"))
        ProgrammeReader.objects.create(programme=dispute.area.programme, user=reader)
        statuses = []
        for user in (reader, officer_of(party(dispute)), person_in(dispute.area.home_forum.chair)):
            client.force_login(user)
            statuses.append(client.get(reverse("forums:action", args=[action.pk])).status_code)
        assert statuses == [404, 200, 200]


def test_silence_is_counted_in_days_and_a_question_is_taken_back(dispute, client, now):
    mine, other = party(dispute), party(dispute, 1)
    asked = information.ask(
        dispute=dispute,
        organisation=other.organisation,
        question="How many?",
        due_on=AT.date() + 2 * DAY,
        asked_by=mine,
        by=by(mine),
        at=AT,
    )
    now["now"] = AT + 5 * DAY
    client.force_login(officer_of(mine))
    assert "has not answered: 3 days of silence since 19 April 2019" in shown(client, dispute)
    client.post(url("information_withdraw", asked.pk), {"reason": "We have it"})
    asked.refresh_from_db()
    assert asked.state == InformationRequest.State.WITHDRAWN
    assert "Taken back" in shown(client, dispute)


def test_whoever_opened_it_in_error_takes_it_back_on_the_page(client):
    mine = OrganisationFactory()
    officer = ministry_officer(mine)
    other = OrganisationFactory()
    ministry_officer(other)
    area = factory.make_area()
    dispute = factory.open_dispute(area, parties=[mine, other], by=actor(officer, post_of(officer)))
    client.force_login(officer_of(party(dispute, 1)))
    assert client.get(url("dispute_take_back", dispute.pk)).status_code == 403
    client.force_login(officer)
    assert "Opened in error" in shown(client, dispute)
    client.post(url("dispute_take_back", dispute.pk), {"reason": "Wrong KPI"})
    dispute.refresh_from_db()
    assert dispute.state == "withdrawn"


def test_what_became_of_a_settlement_is_on_its_page(dispute, client):
    owner = party(dispute, 1).organisation.posts.first()
    client.force_login(officer_of(party(dispute)))
    client.post(
        url("dispute_settle", dispute.pk),
        {
            "terms": "Count together",
            "reason": "Fair",
            "action_title": "Meet weekly",
            "action_owner": owner.pk,
            "action_due": "2019-06-03",
        },
    )
    terms = dispute.settlements.get()
    client.force_login(officer_of(party(dispute, 1)))
    client.post(url("settlement_answer", terms.pk), {"assents": "yes", "reason": "So be it"})
    text = shown(client, dispute)
    assert "What became of it" in text
    assert "Action: Meet weekly" in text


def test_the_page_costs_the_same_for_a_thicker_file(client, django_assert_max_num_queries):
    dispute = factory.open_dispute()
    client.force_login(officer_of(party(dispute)))

    def cost() -> int:
        with django_assert_max_num_queries(400) as counted:
            client.get(url("dispute", dispute.pk))
        return len(counted)

    def thicken(times: int) -> None:
        for number in range(times):
            for each in (party(dispute), party(dispute, 1)):
                exhibits.add(
                    dispute=dispute,
                    party=each,
                    title=f"Count {number}",
                    dated=AT.date(),
                    where="Gazette",
                    by=by(each),
                    at=AT,
                )
                factory.propose(dispute)
                information.ask(
                    dispute=dispute,
                    organisation=party(dispute, 1).organisation,
                    question="How many?",
                    due_on=AT.date() + 2 * DAY,
                    asked_by=party(dispute),
                    by=by(party(dispute)),
                    at=AT,
                )

    thicken(1)
    extensions.ask(
        dispute=dispute, party=party(dispute), days=1, reason="x", by=by(party(dispute)), at=AT
    )
    cost()
    few = cost()
    thicken(3)
    assert cost() == few


def test_the_api_shows_evidence_time_and_route(client):
    area = factory.make_area()
    area.conflict_forum = forum_factory.make_forum(
        "Conflict forum", parent=area.home_forum.parent.parent.parent
    )
    area.save()
    dispute = factory.open_dispute(area, is_distributional=True, route_reason="Ports gain")
    mine = party(dispute)
    exhibits.add(
        dispute=dispute,
        party=mine,
        title="Count",
        dated=AT.date(),
        where="Gazette",
        by=by(mine),
        at=AT,
    )
    chair = standing.tier_of(dispute).chair
    extensions.grant(
        dispute=dispute, days=1, reason="Eid", by=actor(person_in(chair), chair), at=AT
    )
    client.force_login(delivery_unit())
    row = client.get("/api/v1/disputes/").json()["results"][0]
    assert row["exhibits"][0]["title"] == "Count"
    assert row["extensions"][0]["reason"] == "Eid"
    assert row["route"] == {
        **row["route"],
        "away_from": area.home_forum.pk,
        "reason": "Ports gain",
    }
    alone = client.get(f"/api/v1/disputes/{dispute.pk}/").json()
    assert alone["route"]["reason"] == "Ports gain"
