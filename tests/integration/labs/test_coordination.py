"""Circular waits and overlaps: opened once, shown to whom they concern, sorted out by who may."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from labs.models import Coordination, InitiativeLink, ReferenceItem
from labs.selectors import waits
from labs.services import coordination, links, revisions
from labs.services import labs as lab_services
from labs.services import milestones as milestone_services
from ledger.models import Event
from tests.factories import forums as make_forums
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}
LATER = make.AT + datetime.timedelta(days=1)


def organisation(name: str):
    return people.OrganisationFactory(name=name, short_name=name.split()[-1])


def plan_of(name: str, programme=None, home=None, **fields):
    """A plan in force of an organisation of that name, with one step that it owns."""
    owner = people.PostFactory(organisation=organisation(f"Ministry of {name}"))
    people.holder(owner)
    area = make.AreaFactory(
        lead=owner.organisation,
        **({"programme": programme} if programme else {}),
        **({"home_forum": home} if home else {}),
    )
    return make.plan_in_force(area, owner=owner, milestones=1, title=f"{name} lab", **fields)


def change(plan, part: str, key, **fields):
    draft = make.revision_of(plan)
    revisions.edit(revision=draft, part=part, key=key, fields=fields, reason="so", **BY)
    return draft


def wait(plan, other):
    """A draft in which the step of ``plan`` waits for the step of ``other``."""
    step, first = make.key_of(plan, "Step 1"), make.key_of(other, "Step 1")
    return change(plan, "milestone", step, depends_on=[str(first)])


def ask(plan, provider, what: str = "a permit"):
    step = make.key_of(plan, "Step 1")
    draft = make.revision_of(plan)
    make.add(
        draft,
        "dependency",
        milestone_key=str(step),
        title=what,
        provider=str(provider.pk),
        due_on="2019-04-01",
    )
    return draft


def person():
    return people.actor(people.delivery_unit())


@pytest.fixture
def three():
    works = plan_of("Works")
    programme = works.lab.area.programme
    home = works.lab.area.home_forum
    return works, plan_of("Labour", programme, home), plan_of("Tourism", programme, home)


@pytest.fixture
def circle(three):
    """Works waits for Labour waits for Tourism waits for Works."""
    works, labour, tourism = three
    make.adopt(ask(works, labour.lab.area.lead))
    make.adopt(wait(labour, tourism))
    make.adopt(wait(tourism, works))
    coordination.find(at=make.AT)
    return Coordination.objects.get()


def client(user) -> Client:
    found = Client()
    found.force_login(user)
    return found


def test_a_circle_across_plans_is_opened_once_and_told_in_words(circle, three):
    assert [part["organisation"] for part in circle.parts].count("Labour") == 2
    unit = people.delivery_unit()
    page = client(unit).get(reverse("labs:waits", args=[circle.programme.code])).content.decode()
    begins = circle.parts[0]["organisation"]
    round_ = ["Works", "Labour", "Tourism"]
    at = round_.index(begins)
    names = [*round_[at:], *round_[:at], begins]
    assert " waits for ".join(names) in page
    events = Event.objects.count()
    assert coordination.find(at=LATER) == coordination.Counts()
    assert (Coordination.objects.count(), Event.objects.count()) == (1, events)


def test_a_step_that_is_done_ends_the_circle_and_undoing_it_brings_it_back(circle, three):
    works = three[0]
    step = make.key_of(works, "Step 1")
    post = works.milestones.get(key=step, until_revision=None).owner
    by = people.actor(None, post)
    milestone_services.report(
        plan=works, milestone_key=step, state="done", done_evidence="photo", by=by, at=LATER
    )
    assert coordination.find(at=LATER).gone == 1
    circle.refresh_from_db()
    assert circle.gone_at == LATER
    assert circle.closed_at is None
    coordination.close(item=circle, reason="The road is built", by=person(), at=LATER)
    milestone_services.report(
        plan=works, milestone_key=step, state="on_course", note="Washed away", by=by, at=LATER
    )
    assert coordination.find(at=LATER).reopened == 1
    circle.refresh_from_db()
    assert (circle.gone_at, circle.closed_at, circle.closed_because) == (None, None, "")


def test_another_way_round_the_same_steps_is_no_new_circle(circle, three):
    works, labour, tourism = three
    step = make.key_of(labour, "Step 1")
    first = sorted(str(make.key_of(plan, "Step 1")) for plan in (works, tourism))
    make.adopt(change(labour, "milestone", step, depends_on=first))
    assert coordination.find(at=LATER) == coordination.Counts()
    assert Coordination.objects.count() == 1


def test_what_people_closed_stays_closed_while_the_circle_stands(circle):
    coordination.close(item=circle, reason="They agreed on an order", by=person(), at=LATER)
    assert coordination.find(at=LATER) == coordination.Counts()
    with pytest.raises(coordination.NotOpen):
        coordination.close(item=circle, reason="again", by=person(), at=LATER)


def test_no_sweep_closes_anything(circle):
    with pytest.raises(coordination.NeedsPerson):
        coordination.close(item=circle, reason="Nobody looked", by=make.SYSTEM, at=LATER)


def test_a_draft_is_warned_of_before_it_closes_a_circle(three):
    works, labour, tourism = three
    make.adopt(ask(works, labour.lab.area.lead))
    make.adopt(wait(labour, tourism))
    harmless = wait(tourism, labour)
    assert waits.would_close(harmless) != []  # Labour and Tourism for each other
    draft = wait(tourism, works)
    (found,) = waits.would_close(draft)
    assert {part["organisation"] for part in found} == {"Works", "Labour", "Tourism"}
    unit = people.delivery_unit()
    for url in (
        reverse("labs:revision", args=[draft.pk]),
        f"{reverse('reviews:plan_gate', args=[draft.plan_id])}?revision={draft.pk}",
    ):
        assert "close a circle" in client(unit).get(url).content.decode()
    assert (
        waits.would_close(
            change(tourism, "milestone", make.key_of(tourism, "Step 1"), title="Other")
        )
        == []
    )


def test_the_delivery_unit_or_the_common_secretary_names_a_coordinator(circle, three):
    home = three[0].lab.area.home_forum
    secretary = people.secretary()
    home.secretary = people.post_of(secretary)
    home.save()
    post = make_forums.held_post("Coordinator")
    url = reverse("labs:coordination_coordinator", args=[circle.pk])
    owner = people.ministry_officer(three[0].lab.area.lead)
    assert client(owner).post(url, {"coordinator": post.pk}).status_code == 403
    assert client(people.ministry_officer()).post(url).status_code == 404
    assert client(secretary).post(url, {"coordinator": post.pk}).status_code == 302
    circle.refresh_from_db()
    assert circle.coordinator == post
    vacant = people.PostFactory()
    answer = client(people.delivery_unit()).post(url, {"coordinator": vacant.pk})
    assert answer.status_code == 200
    close = reverse("labs:coordination_close", args=[circle.pk])
    named = make_forums.person_in(post)
    assert client(named).post(close, {"reason": " "}).status_code in (200, 404)
    assert client(secretary).post(close, {"reason": ""}).status_code == 200
    assert client(secretary).post(close, {"reason": "Order agreed"}).status_code == 302


def test_parts_of_plans_kept_to_others_are_not_named(circle, three):
    labour = three[1]
    lab_services.restrict(lab=labour.lab, forums=[make.LabForumFactory()], **BY)
    reader = people.ministry_officer(three[0].lab.area.lead)
    page = client(reader).get(reverse("labs:coordination", args=[circle.pk])).content.decode()
    assert "a step kept to others" in page
    assert str(make.key_of(labour, "Step 1")) not in page
    outsider = people.ministry_officer()
    address = reverse("labs:coordination", args=[circle.pk])
    assert client(outsider).get(address).status_code == 404


# Overlaps


@pytest.fixture
def group():
    return ReferenceItem.objects.create(
        list="target_group", code="small-firms", label="Small firms", written_at=make.AT
    )


@pytest.fixture
def pair(group):
    one = plan_of("Industry")
    other = plan_of("Finance", one.lab.area.programme)
    for plan in (one, other):
        make.adopt(
            change(plan, "initiative", make.key_of(plan, "More patrols"), target_group=group.pk)
        )
    return one, other


def test_two_instruments_for_one_group_open_one_item_once(pair):
    assert coordination.find(at=LATER).opened == 1
    assert coordination.find(at=LATER) == coordination.Counts()
    item = Coordination.objects.get()
    assert item.kind == "overlap"
    page = client(people.delivery_unit()).get(reverse("labs:coordination", args=[item.pk]))
    assert "Small firms" in page.content.decode()


def test_linking_them_closes_it_with_that(pair):
    coordination.find(at=LATER)
    item = Coordination.objects.get()
    url = reverse("labs:coordination_link", args=[item.pk])
    unit = client(people.delivery_unit())
    assert "how" in unit.post(url, {"how": " "}).context["form"].errors
    assert unit.post(url, {"how": "Finance refers firms to Industry"}).status_code == 302
    item.refresh_from_db()
    assert item.closed_because == "Finance refers firms to Industry"
    assert InitiativeLink.objects.count() == 1
    assert unit.post(url, {"how": "Twice"}).status_code == 403
    assert coordination.find(at=LATER) == coordination.Counts(gone=1)
    assert coordination.find(at=LATER) == coordination.Counts()


def test_a_link_made_before_opens_nothing(pair):
    first, second = (make.key_of(plan, "More patrols") for plan in pair)
    made = links.link(first=second, second=first, how="Together", by=make.SYSTEM, at=make.AT)
    again = links.link(first=first, second=second, how="Other words", by=make.SYSTEM, at=make.AT)
    assert made == again
    assert coordination.find(at=LATER).opened == 0
    with pytest.raises(links.LinkRefused):
        links.link(first=first, second=first, how="Alone", by=make.SYSTEM, at=make.AT)


def test_one_that_has_expired_overlaps_with_nothing(pair):
    plan = pair[0]
    make.adopt(
        change(plan, "initiative", make.key_of(plan, "More patrols"), expires_on="2019-12-31")
    )
    assert coordination.find(at=make.AT.replace(year=2020)).opened == 0


# Loose ends


def test_loose_ends_are_listed_with_a_constant_number_of_queries(
    three, django_assert_num_queries, django_assert_max_num_queries
):
    works, labour, tourism = three
    make.adopt(ask(works, labour.lab.area.lead, "a work permit"))
    late = make.revision_of(labour)
    initiative = make.key_of(labour, "More patrols")
    early = make.add(
        late,
        "milestone",
        initiative_key=str(initiative),
        title="Nobody's",
        finishes_on="2019-03-01",
        depends_on=[str(make.key_of(labour, "Step 1"))],
    )
    make.adopt(late)
    gone = people.PostFactory()
    make.adopt(change(tourism, "milestone", make.key_of(tourism, "Step 1"), owner=gone.pk))
    url = reverse("labs:waits", args=[works.lab.area.programme.code])
    unit = client(people.delivery_unit())
    page = unit.get(url)
    loose = page.context["loose"]
    assert [line.key for line in loose.ownerless] == [early]
    assert [line.owner for line in loose.left] == [gone]
    assert [(line.key, line.first) for line in loose.disordered] == [(early, "Step 1")]
    assert [line.title for line in loose.unanswered] == ["a work permit"]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as first:
        unit.get(url)
    more = plan_of("Forests", works.lab.area.programme)
    make.adopt(ask(more, works.lab.area.lead, "a road"))
    with CaptureQueriesContext(connection) as second:
        unit.get(url)
    assert len(second) == len(first)


def test_the_secretary_of_the_nearest_forum_is_the_one_to_appoint(circle, three):
    secretary = people.PostFactory(title="Secretary of the three")
    people.holder(secretary)
    home = three[0].lab.area.home_forum
    home.secretary = secretary
    home.save()
    unit = client(people.delivery_unit())
    page = unit.get(reverse("labs:coordination", args=[circle.pk])).content.decode()
    assert f"To appoint: {secretary}" in page
    form = unit.get(reverse("labs:coordination_coordinator", args=[circle.pk]))
    assert form.context["form"].initial["coordinator"] == secretary
