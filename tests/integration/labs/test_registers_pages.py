"""Pages of the registers: who may open which, what they show, how many queries they cost."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import (
    Allocation,
    Milestone,
    Obstacle,
    ProgrammeReader,
    Recommendation,
    ReferenceItem,
    Transfer,
    Window,
)
from labs.services import windows
from tests.factories import labs as make_labs
from tests.factories import people
from tests.factories import registers as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today() -> Iterator[None]:
    """The business time is that of the factories."""
    with time_machine.travel(datetime.datetime(2019, 4, 17, 2, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def programme():
    make.lists()
    return make_labs.plan_in_force().lab.area.programme


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def unit():
    return signed_in(people.delivery_unit())


def filled(programme) -> dict[str, str]:
    """The address of each page that is read, with something in every register."""
    source = make.source(programme)
    make.decided(source)
    what = make.allocation(source, "5")
    make.act(programme)
    code = programme.code
    bargain = make.bargain(programme)
    make.round_of(bargain, make_labs.OrganisationFactory(), "asked", "50")
    return {
        "reference": reverse("labs:reference"),
        "sizes": reverse("labs:reference") + "?list=firm_size&country=CL",
        "item": reverse("labs:reference_item", args=[ReferenceItem.objects.first().pk]),
        "recommendations": reverse("labs:recommendations", args=[code]),
        "recommendation": reverse(
            "labs:recommendation", args=[code, make.recommendation(programme).pk]
        ),
        "funding": reverse("labs:funding", args=[code]),
        "windows": reverse("labs:windows", args=[code]),
        "window": reverse("labs:window", args=[code, make.window(programme).pk]),
        "acts": reverse("labs:acts"),
        "coverage": reverse("labs:coverage", args=[code]),
        "obstacles": reverse("reviews:obstacles", args=[code]),
        "obstacle": reverse("reviews:obstacle", args=[code, make.obstacle(programme).pk]),
        "allocation": reverse("reviews:allocation", args=[what.pk]),
        "bargains": reverse("reviews:bargains", args=[code]),
        "bargain": reverse("reviews:bargain", args=[code, bargain.pk]),
        "programme": reverse("labs:programme", args=[code]),
    }


def test_every_page_opens(programme, unit) -> None:
    for name, address in filled(programme).items():
        assert unit.get(address).status_code == 200, name


READERS = ["auditor", "administrator", "delivery unit", "lead", "seat", "reader", "outsider"]


@pytest.fixture
def persons(programme) -> dict[str, Client]:
    area = programme.areas.get()
    seated = people.ministry_officer()
    make_labs.SeatFactory(lab=area.labs.get(), organisation=people.post_of(seated).organisation)
    reader = people.ministry_officer()
    ProgrammeReader.objects.create(programme=programme, user=reader)
    return {
        "auditor": signed_in(people.auditor()),
        "administrator": signed_in(people.administrator()),
        "delivery unit": signed_in(people.delivery_unit()),
        "lead": signed_in(people.ministry_officer(area.lead)),
        "seat": signed_in(seated),
        "reader": signed_in(reader),
        "outsider": signed_in(people.outsider()),
    }


def test_readers_read_and_outsiders_do_not(programme, persons) -> None:
    for name, address in filled(programme).items():
        if name == "acts":
            continue
        for who, client in persons.items():
            expected = 404 if who == "outsider" else 200
            assert client.get(address).status_code == expected, (name, who)
    text = persons["outsider"].get("/acts/").content.decode()
    assert "CMC 12/08" not in text


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("recommendations/new/", {"delivery unit"}),
        ("funding/new/", {"delivery unit"}),
        ("windows/new/", {"delivery unit"}),
        ("obstacles/new/", {"delivery unit", "lead", "seat"}),
        ("bargains/new/", {"delivery unit", "lead", "seat"}),
    ],
)
def test_who_may_add(programme, persons, page, who) -> None:
    address = f"/programmes/{programme.code}/{page}"
    let_in = {name for name in READERS if persons[name].get(address).status_code == 200}
    assert let_in == who


def test_lists_are_edited_by_the_unit_and_the_administrator(programme, persons) -> None:
    allowed = {"delivery unit", "administrator"}
    for address in ("/reference/new/?list=sector", "/reference/sizes/?country=CL", "/acts/new/"):
        assert {n for n in READERS if persons[n].get(address).status_code == 200} == allowed


def test_a_reference_entry_from_new_to_retired_by_pages(unit, programme) -> None:
    unit.post("/reference/new/?list=sector", {"label": "Rubber", "label_ms": "Getah"})
    item = ReferenceItem.objects.get(code="rubber")
    assert (item.list, item.labels) == ("sector", {"ms": "Getah"})
    unit.post(f"/reference/{item.pk}/edit/", {"label": "Natural rubber", "label_ms": "Getah"})
    newest = ReferenceItem.objects.get(code="rubber", superseded_at=None)
    page = unit.get(f"/reference/{item.pk}/").content.decode()
    assert "You came for version 1" in page
    stale = unit.post(f"/reference/{item.pk}/edit/", {"label": "Latex"})
    assert "Somebody changed this entry" in stale.content.decode()
    assert 'value="Latex"' in stale.content.decode()
    unit.post(f"/reference/{newest.pk}/move/", {"up": "1"})
    unit.post(f"/reference/{newest.pk}/retire/", {"confirm": "1"})
    newest.refresh_from_db()
    assert newest.retired_at is not None


def test_sizes_that_overlap_are_explained_and_what_was_typed_stays(unit, programme) -> None:
    typed = {
        "country": "pe",
        "note": "Law 1",
        "valid_from": "2019-01-01",
        "low_micro": 1,
        "high_micro": 10,
        "low_small": 10,
        "high_small": 49,
        "low_medium": 60,
        "high_medium": 249,
        "low_large": 250,
        "high_large": "",
    }
    answer = unit.post("/reference/sizes/", typed)
    text = answer.content.decode()
    assert "10 to 10 persons belong to the size before as well" in text
    assert "50 to 59 persons belong to no size" in text
    assert 'value="Law 1"' in text
    mended = typed | {"low_small": 11, "low_medium": 50}
    assert unit.post("/reference/sizes/", mended).status_code == 302
    shown = unit.get("/reference/?list=firm_size&country=PE").content.decode()
    assert "11 to 49" in shown
    assert "250 or more" in shown


def test_a_recommendation_from_kept_to_done_by_its_owner(unit, programme) -> None:
    owner = people.ministry_officer()
    ProgrammeReader.objects.create(programme=programme, user=owner)
    base = f"/programmes/{programme.code}/recommendations/"
    post = people.post_of(owner)
    unit.post(base + "new/", {"title": "Study metrics", "source": "SELA", "owner": post.pk})
    what = Recommendation.objects.get()
    client, address = signed_in(owner), f"{base}{what.pk}/status/"
    refused = client.post(address, {"state": "done", "seen": "open", "reason": "It is ready"})
    assert "Say what shows that it is done" in refused.content.decode()
    assert "It is ready" in refused.content.decode()
    client.post(address, {"state": "done", "seen": "open", "basis": "The study"})
    what.refresh_from_db()
    assert what.state == "done"
    stale = client.post(address, {"state": "declined", "seen": "open", "reason": "No"})
    assert "changed meanwhile" in stale.content.decode()
    assert "Study metrics" in client.get(base + "?state=done").content.decode()
    assert "Study metrics" not in client.get(base + "?state=open").content.decode()


def test_money_over_its_source_is_refused_and_what_was_typed_stays(unit, programme) -> None:
    source = make.source(programme, "100")
    side = make_labs.OrganisationFactory()
    answer = unit.post(
        f"/programmes/{programme.code}/funding/{source.pk}/allocations/new/",
        {"purpose": "Too much", "amount": "100.01", "beneficiary": side.pk},
    )
    text = answer.content.decode()
    assert "Only MYR\xa0100 of “Oil rent” are not set aside yet" in text
    assert 'value="Too much"' in text


def test_money_for_an_initiative_that_was_never_in_force_leads_nowhere(unit, programme) -> None:
    key = uuid.uuid4()
    Allocation.objects.filter(pk=make.allocation(make.source(programme), "5").pk).update(
        initiative_key=key
    )
    page = unit.get(f"/programmes/{programme.code}/funding/").content.decode()
    assert ("an initiative that is not in force" in page, str(key) in page) == (True, False)


def test_the_flag_that_nothing_reaches_the_bottom_is_shown(unit, programme) -> None:
    what = make.decided(make.source(programme, pathway="bottom_up", name="Levy"))
    make.source(programme, pathway="top_down")
    address = f"/programmes/{programme.code}/funding/"
    assert "No transfer from engines to the bottom" in unit.get(address).content.decode()
    given = {"amount": "1", "on": "2019-04-01", "reference": "V"}
    new = f"/programmes/{programme.code}/allocations/{what.pk}/transfers/new/"
    unit.post(new, given | {"from_pathway": "top_down", "to_pathway": "bottom_up"})
    assert Transfer.objects.get().from_pathway == "top_down"
    assert "No transfer from engines" not in unit.get(address).content.decode()


def test_a_window_from_kept_to_used(unit, programme) -> None:
    base = f"/programmes/{programme.code}/windows/"
    typed = {"title": "Preference", "opens_on": "2019-01-01", "closes_on": "2018-01-01"}
    refused = unit.post(base + "new/", typed | {"alert_days": "180"})
    assert "must not close before it opens" in refused.content.decode()
    assert 'value="Preference"' in refused.content.decode()
    unit.post(base + "new/", typed | {"closes_on": "2019-05-17", "alert_days": "180"})
    window = Window.objects.get()
    page = unit.get(f"{base}{window.pk}/").content.decode()
    assert "30 days left" in page
    assert "Closes soon" in page
    assert "it would close unused" in page
    search = f"{base}{window.pk}/steps/?q=step+1"
    assert "Step 1" in unit.get(search).content.decode()
    key = Milestone.objects.get(title="Step 1").key
    unit.post(search, {"steps": [str(key)], "x": "1"})
    page = unit.get(f"{base}{window.pk}/").content.decode()
    assert "Step 1" in page
    # Its planned finish, 1 May 2019, lies before the window closes.
    assert "After the window closes" not in page
    assert "Preference" in unit.get(f"/milestones/{key}/").content.decode()
    unit.post(f"{base}{window.pk}/steps/", {"x": "1"})
    assert Window.objects.get().milestones == []


def test_steps_of_a_restricted_lab_are_counted_and_kept(programme) -> None:
    window = make.window(programme)
    lab = programme.areas.get().labs.get()
    key = Milestone.objects.get(title="Step 1").key
    windows.use(window=window, steps=[key], **make.BY)
    lab.restricted_to.add(make_labs.LabForumFactory())
    reader = people.ministry_officer()
    ProgrammeReader.objects.create(programme=programme, user=reader)
    text = signed_in(reader).get(f"/programmes/{programme.code}/windows/{window.pk}/")
    assert "Step 1" not in text.content.decode()
    assert "1 step of a restricted lab is not shown" in text.content.decode()


def test_an_act_names_what_it_created_and_a_second_one_is_refused(unit, programme) -> None:
    typed = {
        "council": "Market Council",
        "reference": "CMC 12/08",
        "dated": "2008-06-30",
        "title": "Productive integration",
        "creates_programme": programme.pk,
    }
    unit.post("/acts/new/", typed)
    page = unit.get(f"/programmes/{programme.code}/").content.decode()
    assert "Market Council CMC 12/08" in page
    again = unit.post("/acts/new/", typed | {"title": "Another title"})
    assert "is kept already" in again.content.decode()
    assert 'value="Another title"' in again.content.decode()


def test_coverage_says_what_is_missing(unit, programme) -> None:
    text = unit.get(f"/programmes/{programme.code}/coverage/").content.decode()
    assert "Nothing in force gives:" in text
    assert "no instrument named" in text


@pytest.mark.parametrize(
    ("name", "add"),
    [
        ("recommendations", lambda p, n: make.recommendation(p, title=f"R {n}")),
        (
            "funding",
            lambda p, n: make.decided(make.source(p, name=f"S {n}"), purpose=f"P {n}"),
        ),
        ("windows", lambda p, n: make.window(p, title=f"W {n}")),
        ("obstacles", lambda p, n: make.obstacle(p, f"O {n}")),
        (
            "bargains",
            lambda p, n: make.round_of(
                make.bargain(p, title=f"B {n}"), make_labs.OrganisationFactory(), "asked", "1"
            ),
        ),
    ],
)
def test_a_longer_list_costs_no_more_queries(
    programme, unit, name, add, django_assert_max_num_queries
) -> None:
    address = f"/programmes/{programme.code}/{name}/"
    for n in range(6):
        add(programme, n)
    unit.get(address)
    with CaptureQueriesContext(connection) as few:
        assert unit.get(address).status_code == 200
    for n in range(6, 16):
        add(programme, n)
    with django_assert_max_num_queries(len(few)):
        unit.get(address)


def test_unanswered_obstacles_are_shown_where_people_work_and_block_nothing(
    unit, programme
) -> None:
    lab = programme.areas.get().labs.get()
    make.obstacle(programme, "Bad roads", lab=lab)
    for address in (f"/programmes/{programme.code}/", f"/labs/{lab.pk}/", f"/plans/{lab.plan.pk}/"):
        assert "Bad roads" in unit.get(address).content.decode(), address
    assert Obstacle.objects.get().state == "open"
