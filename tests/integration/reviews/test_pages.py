"""Pages and API of reviews: what they show and do. Who may open them: tests/access/policy.txt."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forums.models import Decision
from kpis.models import Kpi
from labs.models import ProgrammeReader
from people.models import User
from reviews.models import Explanation, Review
from tests.factories import forums as make_forums
from tests.factories import reviews as make
from tests.factories.forums import held_post, person_in
from tests.factories.people import auditor, outsider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def personas(where: make.Place) -> dict[str, User]:
    reader = person_in(held_post("Officer"))
    ProgrammeReader.objects.create(programme=where.programme, user=reader)
    return {
        "owner": where.owner_user,
        "verifier": person_in(where.verifier),
        "chair": person_in(where.home.chair),
        "member": person_in(make_forums.core(where.home)[0]),
        "secretary": person_in(where.home.secretary),
        "unit": where.unit,
        "auditor": auditor(),
        "reader": reader,
        "outsider": outsider(),
    }


def test_the_owner_explains(client: Client, opened) -> None:
    review, draft = opened
    client.force_login(draft.place.owner_user)
    page = f"/reviews/{review.pk}/explain/"
    kept = client.post(page, {"cause": "means", "text": ""})
    assert kept.status_code == 200
    assert kept.context["form"].errors["text"]
    answer = client.post(page, {"cause": "means", "text": "Too few patrols.", "tried": "Overtime"})
    assert answer.status_code == 302
    explanation = Explanation.objects.get()
    assert (explanation.by_post, explanation.tried) == (draft.place.owner, "Overtime")
    shown = client.get(f"/reviews/{review.pk}/").content.decode()
    assert "Too few patrols." in shown
    assert "the target for 2018 was" in shown, "the evidence is a sentence"


def test_a_proposal_that_lacks_something_keeps_what_was_typed(client: Client, opened) -> None:
    review, draft = opened
    client.force_login(draft.place.unit)
    answer = client.post(
        f"/reviews/{review.pk}/propose/",
        {"cause": "goal", "outcome": "change_goal", "reason": "Out of reach", "mode": "chair"},
    )
    form = answer.context["form"]
    assert form.errors["revision"]
    assert "Out of reach" in answer.content.decode()


def test_proposing_and_voting_through_pages(client: Client, opened) -> None:
    review, draft = opened
    client.force_login(draft.place.unit)
    answer = client.post(
        f"/reviews/{review.pk}/propose/",
        {
            "cause": "external_policy",
            "outcome": "no_action",
            "reason": "The law changes in June.",
            "look_again_on": "2019-09-01",
            "mode": "chair",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    motion = review.proposals.get().motion
    client.force_login(person_in(draft.place.home.chair))
    page = f"/motions/{motion.pk}/vote/"
    assert client.post(page, {"choice": "for", "reason": ""}).context["form"].errors["reason"]
    answer = client.post(page, {"choice": "for", "reason": "Agreed."})
    decision = Decision.objects.get(motion=motion)
    assert answer.url == f"/decisions/{decision.pk}/"
    review.refresh_from_db()
    assert review.state == Review.State.CLOSED
    assert "The law changes" in client.get(f"/reviews/{review.pk}/").content.decode()


def test_the_secretary_records_the_minute(client: Client, opened) -> None:
    review, draft = opened
    motion = make.propose(review).motion
    home = draft.place.home
    client.force_login(person_in(home.secretary))
    page = f"/motions/{motion.pk}/minute/"
    given = {
        f"choice_{home.chair_id}": "for",
        f"reason_{home.chair_id}": "One more quarter.",
        "reason": "The committee heard the director.",
        "source_1": "Police statistics",
        "principal": home.chair_id,
    }
    wrong = client.post(page, given)
    assert set(wrong.context["form"].errors) == {"dated_1", "document"}
    answer = client.post(
        page,
        given
        | {
            "dated_1": "2019-03-01",
            "document": SimpleUploadedFile("minute.pdf", b"%PDF-1.7 signed"),
        },
    )
    decision = Decision.objects.get(motion=motion)
    assert answer.url == f"/decisions/{decision.pk}/"
    assert decision.standing == Decision.Standing.AWAITED
    assert decision.sources.get().dated == datetime.date(2019, 3, 1)


def test_the_chair_withdraws_a_motion(client: Client, opened) -> None:
    review, draft = opened
    motion = make.propose(review).motion
    client.force_login(person_in(draft.place.home.chair))
    assert "Withdraw" in client.get(f"/reviews/{review.pk}/").content.decode()
    answer = client.post(f"/motions/{motion.pk}/withdraw/", {"reason": "Too early"})
    assert answer.url == f"/reviews/{review.pk}/"
    motion.refresh_from_db()
    assert motion.state == "withdrawn"


def test_a_motion_leads_to_what_it_decides(client: Client, opened) -> None:
    review, draft = opened
    motion = make.propose(review).motion
    client.force_login(personas(draft.place)["reader"])
    assert client.get(f"/motions/{motion.pk}/subject/").url == f"/reviews/{review.pk}/"
    client.force_login(outsider())
    assert client.get(f"/motions/{motion.pk}/subject/").status_code == 404


def test_the_board_says_status_in_words(client: Client, opened) -> None:
    _review, draft = opened
    client.force_login(draft.place.unit)
    page = client.get("/").content.decode()
    assert "Off track" in page
    assert draft.kpi.name in page
    assert client.get("/?programme=nowhere").status_code == 404


def test_restricted_reviews_are_counted_not_named(client: Client, opened) -> None:
    review, draft = opened
    Kpi.objects.get(pk=draft.kpi.pk).restricted_to.add(draft.place.home)
    found = personas(draft.place)
    client.force_login(found["reader"])
    listed = client.get("/reviews/").content.decode()
    assert draft.kpi.name not in listed
    assert "1 restricted review is not shown" in listed
    assert client.get(f"/reviews/{review.pk}/").status_code == 404
    assert client.get("/api/v1/reviews/").json()["results"] == []
    client.force_login(found["member"])
    assert client.get(f"/reviews/{review.pk}/").status_code == 200


def test_the_api_filters_and_says_what_was_decided(client: Client, opened) -> None:
    review, draft = opened
    make.carry(make.propose(review).motion)
    client.force_login(draft.place.unit)
    (row,) = client.get(f"/api/v1/reviews/?kpi={draft.kpi.code}&state=closed").json()["results"]
    assert (row["cause"], row["outcome"], row["look_again_on"]) == (
        "means",
        "no_action",
        "2019-09-01",
    )
    assert row["deviations"] == list(review.deviations.values_list("deviation", flat=True))
    code = draft.place.programme.code
    assert len(client.get(f"/api/v1/reviews/?programme={code}").json()["results"]) == 1
    assert client.get("/api/v1/reviews/?programme=other").json()["results"] == []
    assert client.get("/api/v1/reviews/?state=open").json()["results"] == []
