"""Labs that a review's decision asks for: what they carry, and who may see it."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from kpis.models import Deviation, Kpi
from kpis.services import detection
from kpis.services import kpis as kpi_services
from labs.models import Initiative, Lab, ProgrammeSettings
from labs.templatetags.tables import CAUSES
from ledger.models import Event
from people.models import User
from reviews.models import LabBrief, Review, ReviewProposal
from reviews.models.reviews import Cause
from reviews.services import routing
from reviews.services.proposals import BadProposal
from tests.factories import kpis as make_kpis
from tests.factories import labs as make_labs
from tests.factories import people as make_people
from tests.factories import reviews as make
from tests.factories.people import actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
BY = {"by": actor(), "at": make.AT}


def decided(review: Review, **fields: object) -> Lab:
    """The lab of a carried proposal."""
    make.carry(make.propose(review, outcome="lab", **fields).motion)
    review.refresh_from_db()
    assert review.lab is not None
    return review.lab


def another(draft: make.Draft, code: str, *, value: str = "") -> Kpi:
    """A further KPI of the plan's goal; with a value far off, its deviation is open."""
    kpi = make_kpis.kpi(
        draft.place.area,
        rules_from="",
        code=code,
        name=f"Cases of {code}",
        direction="decrease",
        goal_key=draft.goal,
        owner=draft.place.owner,
        verifier=draft.place.verifier,
    )
    if value:
        make_kpis.target(make_kpis.total(kpi), "2018", "50", baseline="100")
        make_kpis.reading(make_kpis.total(kpi), "2018", value)
        make.sweep()
    return kpi


def page(user: User, lab: Lab) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/labs/{lab.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_lessons_are_tagged_by_the_causes_that_reviews_name() -> None:
    assert {code: str(label) for code, label in CAUSES.items()} == dict(Cause.choices)


def test_a_mini_lab_carries_question_decision_and_kpis_in_doubt(opened) -> None:
    review, draft = opened
    off = another(draft, "fraud", value="95")
    another(draft, "arson")
    assert Deviation.objects.filter(series__definition__kpi=off, closed_at=None).exists()
    lab = decided(review)
    assert (lab.is_mini, lab.reconvenes, lab.decision) == (True, None, review.decision)
    asked = ReviewProposal.objects.get(review=review).motion.reason
    assert lab.question.split("\n\n") == [asked, review.decision.reason]
    brief = LabBrief.objects.get(lab=lab)
    assert brief.review == review
    assert set(brief.kpis.all()) == {draft.kpi, off}, "those of the goal that are on course are not"
    assert Event.objects.get(verb="lab.opened", subject_id=str(lab.pk)).data["decision"]


def test_a_lab_carries_the_lessons_on_the_same_kind_of_instrument(opened) -> None:
    review, _draft = opened
    credit = make_labs.reference_item("instrument", "credit")
    Initiative.objects.update(instrument=credit)
    newer = make_labs.reference_item("instrument", "credit", version=2, country="MY")
    alike = make_labs.lesson(make_labs.ProgrammeFactory(), title="Lend to groups", instrument=newer)
    make_labs.lesson(review.kpi.area.programme, title="Something else")
    lab = decided(review)
    assert [row.lesson for row in lab.begins_with.all()] == [alike]


def test_the_lab_that_made_the_plan_is_reconvened_with_its_seats(opened) -> None:
    review, draft = opened
    earlier = draft.revision.plan.lab
    ProgrammeSettings.objects.create(programme=draft.place.programme, lab_weeks_min=7)
    lab = decided(review, reconvene=True)
    assert (lab.reconvenes, lab.is_mini, lab.steering) == (earlier, False, earlier.steering)
    assert lab.ends_on - lab.starts_on == datetime.timedelta(weeks=7, days=-1)
    assert [(seat.organisation, seat.mandate) for seat in lab.seats.all()] == [
        (seat.organisation, seat.mandate) for seat in earlier.seats.all()
    ]
    assert lab.plan.pk != earlier.plan.pk, "what is in force stays so until the new plan is"
    assert review.look_again_on == lab.ends_on
    shown = page(draft.place.unit, lab)
    assert earlier.title in shown
    assert "Reconvened as" in page(draft.place.unit, earlier)
    assert "the setting is at least" not in shown, "it is as long as the settings ask"


def test_a_kpi_outside_any_plan_has_no_lab_to_reconvene(opened) -> None:
    review, draft = opened
    Kpi.objects.filter(pk=draft.kpi.pk).update(goal_key=None)
    review.refresh_from_db()
    with pytest.raises(BadProposal) as refused:
        make.propose(review, outcome="lab", reconvene=True)
    assert set(refused.value.fields) == {"reconvene"}
    with pytest.raises(BadProposal):
        make.propose(review, outcome="stop", reconvene=True)
    lab = decided(review)
    assert list(LabBrief.objects.get(lab=lab).kpis.all()) == [draft.kpi]


def test_a_milestone_puts_every_kpi_of_its_goal_in_doubt(in_force) -> None:
    draft = in_force
    other = another(draft, "fraud")
    late = make.AT + datetime.timedelta(days=60)
    detection.detect_due(at=late)
    routing.route(at=late)
    review = Review.objects.get(milestone_key=draft.milestone)
    lab = decided(review)
    assert set(LabBrief.objects.get(lab=lab).kpis.all()) == {draft.kpi, other}


def test_readers_see_where_a_lab_comes_from_as_far_as_they_may(opened) -> None:
    review, draft = opened
    kept = another(draft, "osmium", value="95")
    kpi_services.restrict(kpi=kept, forums=[draft.place.steering], **BY)
    lab = decided(review)
    reader = make_people.UserFactory()
    draft.place.programme.readers.create(user=reader)
    shown = page(reader, lab)
    assert f'href="/reviews/{review.pk}/"' in shown
    assert f'href="/kpis/{draft.kpi.code}/"' in shown
    assert "osmium" not in shown
    assert "1 restricted KPI" in shown
    assert "Cases of osmium" in page(draft.place.unit, lab)


def test_a_lab_on_a_restricted_kpi_is_restricted_from_its_first_moment(opened) -> None:
    review, draft = opened
    kpi_services.restrict(kpi=draft.kpi, forums=[draft.place.home], **BY)
    lab = decided(review)
    assert list(lab.restricted_to.all()) == [draft.place.home]
    assert Event.objects.get(verb="lab.opened", subject_id=str(lab.pk)).restricted
    reader = make_people.UserFactory()
    draft.place.programme.readers.create(user=reader)
    client = Client()
    client.force_login(reader)
    assert client.get(f"/labs/{lab.pk}/").status_code == 404


def test_a_reconvened_lab_sits_before_the_home_forum_when_its_committee_is_gone(opened) -> None:
    review, draft = opened
    labs_steering = draft.revision.plan.lab.steering
    labs_steering.closed_on = make.ON
    labs_steering.save()
    assert decided(review, reconvene=True).steering == review.forum
