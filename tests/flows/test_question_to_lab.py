"""From a question to a lab, and from a decision back to one: by the pages that people use."""

from __future__ import annotations

import pytest
from django.test import Client

from forums.models import Motion
from labs.models import Intake, Lab
from people.models import User
from reviews.models import LabBrief
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import person_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
ASKED = {
    "title": "Street crime",
    "question": "How can street crime fall by half?",
    "shared_problem": "yes",
    "shared_problem_why": "Everybody is robbed",
    "uncertainty": "yes",
    "uncertainty_why": "Nobody knows what works",
}


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, url: str, **given: object) -> str:
    """Where the browser goes after the form at ``url`` was sent as it is, with ``given``."""
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    answer = client.post(url, {name: v for name, v in shown.items() if v} | given)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.url


def proposed(client: Client, area: int, **given: str) -> str:
    """The intake, by both of its steps: what the first suggests is taken unless given."""
    url = f"/areas/{area}/intake/"
    form = client.post(url, ASKED | given).context["form"]
    filled = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(url, filled | {"reason": "The answers say so"} | given)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.url


def test_a_question_that_does_not_suit_stays_readable_and_opens_nothing() -> None:
    where = make.place()
    unit = as_user(where.unit)
    url = proposed(unit, where.area.pk, shared_problem="no", shared_problem_why="Who gets what")
    intake = Intake.objects.get()
    assert intake.outcome == "not_suited"
    shown = unit.get(url).content.decode()
    assert "Not suited" in shown
    assert "Bargain before a forum for conflicts" in shown
    assert "Open the lab" not in shown
    assert "Street crime" in unit.get("/labs/intakes/?outcome=not_suited").content.decode()
    answer = unit.get(f"/labs/new/?intake={intake.pk}")
    assert (answer.status_code, answer.url) == (302, "/labs/intakes/")
    assert not Lab.objects.exists()


def test_a_question_that_suits_becomes_a_lab_with_seats_and_a_problem() -> None:
    where = make.place()
    lesson = make_labs.lesson(where.programme, lab=make_labs.open_lab(where.area, title="Before"))
    unit = as_user(where.unit)
    proposed(unit, where.area.pk)
    intake = Intake.objects.get()
    url = sent(
        unit,
        f"/labs/new/?intake={intake.pk}",
        starts_on="2019-05-06",
        ends_on="2019-05-31",
        steering=where.steering.pk,
        lessons=[lesson.pk],
    )
    lab = Lab.objects.get(title="Street crime")
    assert url == f"/labs/{lab.pk}/"
    sent(
        unit,
        f"/labs/{lab.pk}/seats/new/",
        organisation=where.ministry.pk,
        people="12",
        mandate="May commit the ministry",
    )
    sent(unit, f"/labs/{lab.pk}/problem/new/", text="Fear is high", causes="Dark streets")
    sent(unit, f"/labs/{lab.pk}/problem/new/", text="Streets are dark", reason="We walked them")
    shown = unit.get(url).content.decode()
    for told in (
        "The lab runs 4 weeks; the setting is at least 6.",
        "Nobody from the private sector has a seat.",
        "12 core people.",
        "May commit the ministry",
        "Streets are dark",
        lesson.title,
        f'href="/labs/intakes/{intake.pk}/"',
    ):
        assert told in shown
    answer = unit.get(f"/labs/new/?intake={intake.pk}")
    assert answer.status_code == 302, "one lab comes of an intake"


@pytest.mark.parametrize("reconvene", ["", "on"])
def test_a_review_decides_a_lab_that_brings_its_brief(reconvene: str) -> None:
    review, draft = make.open_review()
    unit = as_user(draft.place.unit)
    sent(
        unit,
        f"/reviews/{review.pk}/propose/",
        cause="goal",
        outcome="lab",
        reason="Is half the crime the right goal?",
        **({"reconvene": reconvene} if reconvene else {}),
    )
    motion = Motion.objects.get(forum=review.forum)
    assert ("is reconvened" in motion.text) is bool(reconvene)
    chair = as_user(person_in(review.forum.chair))
    sent(chair, f"/motions/{motion.pk}/vote/", choice="for", reason="Nobody knows any more.")
    review.refresh_from_db()
    lab = review.lab
    assert lab.is_mini is not bool(reconvene)
    assert lab.reconvenes == (draft.revision.plan.lab if reconvene else None)
    assert list(LabBrief.objects.get(lab=lab).kpis.all()) == [draft.kpi]
    shown = unit.get(f"/labs/{lab.pk}/").content.decode()
    assert "Is half the crime the right goal?" in shown, "the question is what was asked"
    assert "Nobody knows any more." in shown, "and the decision's reason"
    assert f'href="/reviews/{review.pk}/"' in shown
    assert f'href="/decisions/{motion.decision.pk}/"' in shown
    assert f'href="/kpis/{draft.kpi.code}/"' in shown
    assert f'href="/labs/{lab.pk}/"' in unit.get(f"/reviews/{review.pk}/").content.decode()
