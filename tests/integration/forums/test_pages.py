"""Pages and API of forums: the ladder, motions, decisions, actions."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forums.models import Action, Forum, Motion
from forums.services import actions, votes
from people.services import documents
from tests.factories import disputes, registers
from tests.factories import forums as factory
from tests.factories.disputes import make_area
from tests.factories.forums import AT, ON, SYSTEM, cast, core, held_post, person_in, put
from tests.factories.people import (
    actor,
    auditor,
    delivery_unit,
    holder,
    ministry_officer,
    outsider,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 minute"


@pytest.fixture(autouse=True)
def _business_time(monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: AT)


@pytest.fixture
def ladder():
    return factory.ladder(quorum=2)


@pytest.fixture
def forum(ladder):
    return ladder[0]


def minuted(forum):
    """A decision that the secretary entered with a signed minute."""
    by = actor(person_in(forum.secretary), forum.secretary)
    motion = put(forum)
    lines = [(post.pk, "for", "x") for post in (forum.chair, core(forum)[0])]
    return votes.record_minute(
        motion=motion,
        votes=[votes.MinutedVote(*line) for line in lines],
        reason="As minuted.",
        dissent="",
        sources=[("Census", ON - datetime.timedelta(days=800))],
        document=documents.store(file=SimpleUploadedFile("minute.pdf", PDF), by=by, at=AT),
        principal_post=None,
        by=by,
        at=AT,
    )


def test_the_ladder_is_an_indented_list(ladder, client):
    client.force_login(outsider())
    text = client.get(reverse("forums:index")).content.decode()
    places = [text.index(forum.name) for forum in reversed(ladder)]
    assert places == sorted(places)
    assert text[: places[-1]].count("<ul") >= 4


def test_a_forum_shows_its_members_and_vacancies(forum, client):
    core(forum)[0].appointments.all().delete()
    client.force_login(outsider())
    text = client.get(reverse("forums:forum", args=[forum.pk])).content.decode()
    assert str(forum.chair) in text
    assert "Vacant" in text


def places(client, forum) -> list[str]:
    """The rows of the table of members, as a person reads them."""
    text = client.get(reverse("forums:forum", args=[forum.pk])).content.decode()
    table = text[text.index('<tbody class="govuk-table__body">') : text.index("</tbody>")]
    rows = re.sub(r"<[^>]+>", " ", table.replace("</tr>", "|"))
    return [" ".join(row.split()) for row in rows.split("|")[:-1]]


def test_who_has_two_places_in_a_forum_is_listed_once_with_both(client):
    other = held_post("Deputy")
    forum = factory.make_forum(members=[held_post("Member"), other], alternate=other)
    client.force_login(outsider())
    rows = places(client, forum)
    assert len(rows) == 4
    assert [row for row in rows if "Alternate chair; core: votes" in row] == [
        row for row in rows if str(other) in row
    ]


def test_acts_that_created_a_forum_are_linked_where_there_are_any(forum, client):
    client.force_login(delivery_unit())
    page, link = reverse("forums:forum", args=[forum.pk]), f"?forum={forum.pk}"
    registers.act(make_area().programme)
    assert link not in client.get(page).content.decode()
    registers.act(reference="CMC 13/08", creates_forum=forum)
    assert link in client.get(page).content.decode()


class TestMotionPage:
    def test_the_discussion_stays_with_the_forum(self, ladder, client):
        forum = ladder[0]
        motion = put(forum)
        seen = {
            "member": (person_in(core(forum)[0]), 200),
            "secretary": (person_in(forum.secretary), 200),
            "unit": (delivery_unit(), 200),
            "auditor": (auditor(), 200),
            "above": (person_in(ladder[1].chair), 404),
            "outsider": (outsider(), 404),
        }
        for user, status in seen.values():
            client.force_login(user)
            assert client.get(reverse("forums:motion", args=[motion.pk])).status_code == status

    def test_a_restricted_one_is_not_the_delivery_units(self, forum, client):
        motion = put(forum, restricted=True)
        client.force_login(delivery_unit())
        assert client.get(reverse("forums:motion", args=[motion.pk])).status_code == 404
        assert (
            motion.title
            not in client.get(reverse("forums:forum", args=[forum.pk])).content.decode()
        )
        client.force_login(auditor())
        assert client.get(reverse("forums:motion", args=[motion.pk])).status_code == 200

    def test_it_shows_who_stands_aside_and_why_and_takes_votes(self, forum, client):
        first, second = core(forum)
        motion = put(forum, barred={second.pk: "owns what is reviewed"})
        client.force_login(person_in(second))
        text = client.get(reverse("forums:motion", args=[motion.pk])).content.decode()
        assert "Owns what is reviewed" in text
        assert "You stand aside in this matter" in text
        assert reverse("reviews:vote", args=[motion.pk]) not in text
        client.force_login(person_in(first))
        text = client.get(reverse("forums:motion", args=[motion.pk])).content.decode()
        assert reverse("reviews:vote", args=[motion.pk]) in text
        assert "2 votes are still needed" in text
        data = {"choice": "for", "reason": "It helps."}
        client.post(reverse("reviews:vote", args=[motion.pk]), data)
        client.force_login(person_in(forum.chair))
        client.post(reverse("reviews:vote", args=[motion.pk]), data)
        motion.refresh_from_db()
        assert motion.state == Motion.State.CARRIED

    def test_the_secretary_finds_the_minute_form(self, forum, client):
        motion = put(forum)
        client.force_login(person_in(forum.secretary))
        text = client.get(reverse("forums:motion", args=[motion.pk])).content.decode()
        assert reverse("reviews:minute", args=[motion.pk]) in text


class TestDecisionPage:
    def test_it_shows_the_reason_who_was_there_and_how_old_the_sources_are(self, forum, client):
        decision = minuted(forum)
        client.force_login(person_in(core(forum)[0]))
        text = client.get(reverse("forums:decision", args=[decision.pk])).content.decode()
        for part in [
            "As minuted.",
            str(forum.chair),
            "Census",
            "800 days old",
            "Awaiting confirmation",
        ]:
            assert part in text

    def test_the_chair_reads_the_minute_and_repudiates_with_a_reason(self, forum, client):
        decision = minuted(forum)
        url = reverse("forums:decision", args=[decision.pk])
        client.force_login(person_in(forum.chair))
        reply = client.get(reverse("forums:decision_minute", args=[decision.pk]))
        assert b"".join(reply.streaming_content) == PDF
        assert reply["Content-Disposition"].startswith("attachment")
        refused = client.post(url, {"answer": "repudiate", "reason": ""})
        assert "Say why you repudiate this decision." in refused.content.decode()
        assert client.post(url, {"answer": "repudiate", "reason": "No."}).status_code == 302
        decision.refresh_from_db()
        assert decision.standing == "repudiated"
        assert "It stands until another" in client.get(url).content.decode()

    def test_nobody_else_answers_for_the_chair(self, forum, client):
        decision = minuted(forum)
        client.force_login(person_in(forum.secretary))
        url = reverse("forums:decision", args=[decision.pk])
        assert client.post(url, {"answer": "confirm"}).status_code == 403

    def test_decisions_are_open_to_readers_of_what_they_decide(self, client):
        dispute = disputes.ruled()
        url = reverse("forums:decision", args=[dispute.decision_id])
        officer = ministry_officer(dispute.area.lead)
        client.force_login(officer)
        assert client.get(url).status_code == 200
        client.force_login(outsider())
        assert client.get(url).status_code == 404


class TestActionPage:
    @pytest.fixture
    def action(self, forum):
        motion = put(forum)
        cast(motion, core(forum)[0])
        decision = cast(motion, forum.chair)
        return actions.open(
            title="Publish the count",
            owner=held_post("Director"),
            verifier=held_post("Head, Statistics"),
            due_on=ON + datetime.timedelta(days=9),
            decision=decision,
            by=SYSTEM,
            at=AT,
        )

    def test_the_owner_reports_it_done_and_another_verifies(self, action, client):
        url = reverse("forums:action", args=[action.pk])
        client.force_login(person_in(action.verifier))
        assert client.post(url, {"note": "Done"}).status_code == 403
        client.force_login(person_in(action.owner))
        data = {"note": "See the site.", "evidence": SimpleUploadedFile("shot.pdf", PDF)}
        assert client.post(url, data).status_code == 302
        verify = reverse("forums:verify_action", args=[action.pk])
        assert client.post(verify).status_code == 403
        client.force_login(person_in(action.verifier))
        assert "See the site." in client.get(url).content.decode()
        assert client.get(reverse("forums:action_evidence", args=[action.pk])).status_code == 200
        client.post(verify)
        action.refresh_from_db()
        assert action.state == Action.State.VERIFIED

    def test_it_is_for_those_concerned(self, action, client):
        client.force_login(outsider())
        assert client.get(reverse("forums:action", args=[action.pk])).status_code == 404

    def test_nobody_verifies_what_they_did_also_through_another_post(self, action):
        owner = person_in(action.owner)
        actions.done(action=action, note="Done", by=actor(owner), at=AT)
        with pytest.raises(actions.NotYourOwn):
            actions.verify(action=action, by=actor(owner), at=AT)
        other = actor(holder())
        actions.verify(action=action, by=other, at=AT)
        with pytest.raises(actions.NotDone):
            actions.verify(action=action, by=other, at=AT)


def test_auditors_find_where_somebody_ruled_with_an_interest(client):
    top = factory.make_forum("Top", members=1)
    motion = put(top, barred={top.chair_id: "its ministry is a party"})
    url = reverse("forums:interests")
    client.force_login(auditor())
    text = client.get(url).content.decode()
    assert motion.title in text
    assert "its ministry is a party" in text
    client.force_login(delivery_unit())
    assert client.get(url).status_code == 403


class TestManaging:
    def test_the_delivery_unit_founds_changes_and_seats(self, forum, client):
        client.force_login(delivery_unit())
        data = {
            "name": "New committee",
            "purpose": "common",
            "parent": forum.parent_id,
            "chair": held_post("Chair").pk,
            "quorum": 1,
            "response_days": 10,
            "minimum_stay_days": 5,
            "meets_every_days": 30,
        }
        assert client.post(reverse("forums:new"), data).status_code == 302
        made = Forum.objects.get(name="New committee")
        url = reverse("forums:change", args=[made.pk])
        ring = client.post(reverse("forums:change", args=[forum.parent_id]), data | {
            "name": forum.parent.name, "parent": made.pk, "chair": forum.parent.chair_id,
            "secretary": forum.parent.secretary_id,
        })  # fmt: skip
        assert "A forum cannot stand below itself" in ring.content.decode()
        client.post(url, data | {"response_days": 7})
        made.refresh_from_db()
        assert made.response_days == 7
        seats = reverse("forums:members", args=[made.pk])
        post = held_post("Member")
        client.post(seats, {"post": post.pk, "kind": "core"})
        membership = made.memberships.get()
        client.post(reverse("forums:end_membership", args=[membership.pk]))
        membership.refresh_from_db()
        assert membership.ends_on == ON

    @pytest.mark.parametrize("name", ["change", "members"])
    def test_nobody_else_does(self, name, forum, client):
        client.force_login(person_in(forum.chair))
        assert client.get(reverse(f"forums:{name}", args=[forum.pk])).status_code == 403
        assert client.get(reverse("forums:new")).status_code == 403


class TestApi:
    def test_decisions_and_motions_are_shown_to_those_who_may_read_them(self, client):
        dispute = disputes.ruled()
        officer = ministry_officer(dispute.area.lead)
        client.force_login(officer)
        (row,) = client.get("/api/v1/decisions/").json()["results"]
        assert (row["outcome"], row["reason"]) == ("carried", "Somebody must.")
        assert client.get("/api/v1/motions/").json()["results"] == []
        client.force_login(outsider())
        assert client.get("/api/v1/decisions/").json()["results"] == []
        client.force_login(person_in(dispute.area.home_forum.chair))
        (motion,) = client.get("/api/v1/motions/").json()["results"]
        assert [voter["vote"]["choice"] for voter in motion["voters"] if voter["vote"]] == ["for"]

    def test_disputes_come_with_ladder_and_steps(self, client):
        dispute = disputes.at_tier(2)
        client.force_login(auditor())
        (row,) = client.get("/api/v1/disputes/", {"state": "open"}).json()["results"]
        assert (row["id"], row["tier"], len(row["tiers"])) == (dispute.pk, 2, 4)
        assert [step["trigger"] for step in row["bump_ups"]] == ["deadlock"]
        overdue = client.get("/api/v1/disputes/", {"overdue_at_top": "true"}).json()
        assert overdue["results"] == []
        client.force_login(outsider())
        assert client.get(f"/api/v1/disputes/{dispute.pk}/").status_code == 404

    @pytest.mark.parametrize("name", ["forums", "motions", "decisions", "disputes"])
    def test_lists_cost_the_same_for_more_rows(self, name, client, django_assert_max_num_queries):
        area = disputes.make_area()
        kpi = disputes.make_kpi(area)
        client.force_login(auditor())

        def count() -> int:
            with django_assert_max_num_queries(40) as captured:
                assert client.get(f"/api/v1/{name}/").status_code == 200
            return len(captured)

        def make(number: int) -> None:
            for _ in range(number):
                dispute = disputes.open_dispute(area, kpi=kpi)
                disputes.propose(dispute)
                disputes.rule(disputes.put_ruling(dispute))
                factory.make_forum("Further", members=2)

        make(2)
        count()
        few = count()
        make(3)
        assert count() == few
