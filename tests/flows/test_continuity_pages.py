"""The delivery unit renames, merges, splits and hands over, through the pages; each looked at first."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from forums.services import actions
from kpis.models import Kpi
from labs.models import Revision
from people.models import Organisation, Post, Reorganisation
from reviews.models import Handover
from reviews.services import explanations
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import held_post
from tests.factories.people import OrganisationFactory, PostFactory, actor, delivery_unit

pytestmark = pytest.mark.django_db
TODAY = make.AT.date().isoformat()
TOMORROW = (make.AT.date() + datetime.timedelta(days=1)).isoformat()
REASON = {"on": TODAY, "reason": "A new cabinet", "reference": "PU(A) 12/2019"}


@pytest.fixture
def unit(client):
    with time_machine.travel(make.AT, tick=False):
        client.force_login(delivery_unit())
        yield client


def organisation(name: str) -> Organisation:
    return OrganisationFactory(name=name, short_name=name)


def said(answer) -> str:
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_a_ministry_is_renamed_after_a_look(unit) -> None:
    works = organisation("Works")
    address = f"/organisations/{works.pk}/rename/"
    assert address in said(unit.get(f"/people/organisations/{works.pk}/"))
    given = {"name": "Infrastructure", "short_name": "INF", **REASON}
    look = said(unit.post(address, {**given, "step": "preview"}))
    assert "Works is called Infrastructure" in look
    assert Organisation.objects.get(pk=works.pk).name == "Works"
    done = unit.post(address, {**given, "step": "confirm"})
    made = Reorganisation.objects.get()
    assert done.url == f"/reorganisations/{made.pk}/"
    assert "PU(A) 12/2019" in said(unit.get(done.url))
    assert "Works" in said(unit.get(f"/people/organisations/{works.pk}/"))
    assert "Works" in said(unit.get("/reorganisations/"))


def test_ministries_merge_after_a_look_at_all_it_touches(unit) -> None:
    draft = make.in_force()
    works, roads = draft.place.ministry, organisation("Roads")
    PostFactory(organisation=roads, title="Director, Police")
    given = {"organisations": [works.pk], "into": roads.pk, "name": "", **REASON}
    look = said(unit.post("/reorganisations/merge/", {**given, "step": "preview"}))
    for word in (draft.kpi.name, draft.place.area.name, "Step 1", "Director, Police"):
        assert word in look
    assert Organisation.objects.get(pk=works.pk).successor is None
    done = unit.post("/reorganisations/merge/", {**given, "step": "confirm"})
    page = said(unit.get(done.url))
    assert "Titles that changed" in page
    assert Organisation.objects.get(pk=works.pk).successor == roads
    again = said(unit.post("/reorganisations/merge/", {**given, "step": "confirm"}))
    assert "error-summary" in again
    assert Reorganisation.objects.count() == 1


def test_a_ministry_is_split_post_by_post(unit) -> None:
    works = organisation("Works")
    area = make_labs.AreaFactory(lead=works)
    goes = PostFactory(organisation=works, title="Head of roads")
    stays = PostFactory(organisation=works, title="Head of buildings")
    address = f"/organisations/{works.pk}/split/"
    given = {"names": "Roads\nBridges", **REASON}
    look = said(unit.post(address, {**given, "step": "preview"}))
    assert f'name="post_{goes.pk}"' in look
    assert f'name="area_{area.pk}"' in look
    chosen = {f"post_{goes.pk}": "0", f"area_{area.pk}": "1"}
    unit.post(address, {**given, **chosen, "step": "confirm"})
    names = {
        post.title: post.organisation.name
        for post in Post.objects.filter(pk__in=[goes.pk, stays.pk])
    }
    assert names == {"Head of roads": "Roads", "Head of buildings": "Works"}
    area.refresh_from_db()
    assert area.lead.name == "Bridges"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"on": TOMORROW}, "This day is still to come."),
        ({"reason": ""}, "This field is required."),
        ({"on": "0219-01-01"}, "Write a year from 1900 to 2199."),
        ({"organisations": []}, "This field is required."),
        ({"name": ""}, "name a new one below"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "confirm"])
def test_what_does_not_hold_is_said_and_what_was_typed_stays(unit, given, word, step) -> None:
    works, roads = organisation("Works"), organisation("Roads")
    fields = {
        "organisations": [works.pk, roads.pk],
        "name": "Infrastructure",
        "short_name": "INF",
        **REASON,
        **given,
        "step": step,
    }
    page = said(unit.post("/reorganisations/merge/", fields))
    assert word in page
    assert "INF" in page
    assert not Reorganisation.objects.exists()


def test_a_split_into_nothing_is_refused_with_what_was_typed(unit) -> None:
    works = organisation("Works")
    address = f"/organisations/{works.pk}/split/"
    page = said(unit.post(address, {"names": "", **REASON, "step": "preview"}))
    assert "Name at least one organisation" in page
    page = said(unit.post(address, {"names": "Roads", **REASON, "step": "confirm"}))
    assert "Choose at least one post that moves" in page
    assert "Roads" in page
    assert not Organisation.objects.filter(name="Roads").exists()


def test_duties_are_handed_over_after_a_look(unit) -> None:
    draft = make.in_force()
    before, after = draft.place.owner, held_post("Director, Safety", draft.place.ministry)
    actions.open(title="Build", owner=before, due_on=make.ON, by=actor(), at=make.AT)
    address = f"/posts/{before.pk}/handover/"
    form = said(unit.get(address))
    assert "A new person in the same post needs no handover" in form
    assert draft.kpi.name in form
    given = {"to_post": after.pk, "on": TODAY, "reason": "A new government"}
    look = said(unit.post(address, {**given, "step": "preview"}))
    for word in (draft.kpi.name, "Step 1", "Build"):
        assert word in look
    assert Kpi.objects.get(pk=draft.kpi.pk).owner == before
    done = unit.post(address, {**given, "step": "confirm"})
    assert done.url == f"/handovers/{Handover.objects.get().pk}/"
    assert str(before) in said(unit.get(done.url))
    assert "Director, Safety" in said(unit.get("/handovers/"))
    again = said(unit.post(address, {**given, "step": "confirm"}))
    assert "answers for nothing that is open" in again
    revision = Revision.objects.get(plan=draft.revision.plan, number=2)
    assert "needed no decision" in said(unit.get(f"/revisions/{revision.pk}/"))
    chain = said(unit.get(f"/why/milestone/{draft.milestone}/?field=owner"))
    assert "Recorded by the owner" in chain
    assert "A new government" in chain


def test_a_handover_of_tomorrow_is_refused(unit) -> None:
    before, after = held_post("Old"), held_post("New")
    given = {"to_post": after.pk, "on": TOMORROW, "reason": "A new government"}
    page = said(unit.post(f"/posts/{before.pk}/handover/", {**given, "step": "preview"}))
    assert "This day is still to come." in page
    assert "A new government" in page


def test_an_older_act_is_shown_under_the_name_of_its_day(unit) -> None:
    review, draft = make.open_review()
    post = draft.place.owner
    explanations.explain(
        review=review,
        cause="means",
        text="No cars",
        by=actor(draft.place.owner_user),
        at=make.BEFORE,
    )
    old = str(post)
    given = {"name": "Ministry of Peace", "short_name": "Peace", **REASON}
    unit.post(f"/organisations/{post.organisation_id}/rename/", {**given, "step": "confirm"})
    page = said(unit.get(f"/reviews/{review.pk}/"))
    assert f"{old}," in page
    assert f"{post.title}, Peace" in page  # who owns it today
