"""Money is set aside by a forum's motion, and who receives it has no vote on it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from forums.models import Motion, Vote
from labs.models import Allocation, Plan, ProgrammeReader
from labs.services import funding
from people.models import User
from reviews.services import allocations
from tests.factories import labs as make_labs
from tests.factories import registers as make
from tests.factories import reviews as make_reviews
from tests.factories.forums import core, person_in
from tests.factories.people import (
    AppointmentFactory,
    actor,
    delivery_unit,
    ministry_officer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
VOTE = {"choice": "for", "reason": "It pays"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def where() -> make_reviews.Place:
    return make_reviews.place()


def proposed(where: make_reviews.Place, **fields) -> Allocation:
    return make.allocation(make.source(where.programme, "100"), "40", **fields)


def put_by_page(where: make_reviews.Place, what: Allocation) -> Motion:
    answer = signed_in(where.unit).post(
        f"/allocations/{what.pk}/",
        {"forum": where.steering.pk, "reason": "Workshops earn", "mode": "majority"},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return Motion.objects.latest("pk")


def test_from_proposal_to_transfer_by_pages(where) -> None:
    unit = signed_in(where.unit)
    base = f"/programmes/{where.programme.code}/"
    unit.post(base + "funding/new/", {"name": "Rent", "currency": "myr", "amount": "100"})
    source = where.programme.funding_sources.get()
    receiver = make_labs.OrganisationFactory(name="Village council")
    asked = {"purpose": "Workshops", "amount": "40", "beneficiary": receiver.pk}
    unit.post(f"{base}funding/{source.pk}/allocations/new/", asked)
    what = source.allocations.get()
    motion = put_by_page(where, what)
    assert "Village council" in motion.text
    for post in (where.steering.chair, *core(where.steering)):
        motion.refresh_from_db()
        if motion.state == "open":
            signed_in(person_in(post)).post(f"/motions/{motion.pk}/vote/", VOTE)
    what.refresh_from_db()
    assert what.decision.outcome == "carried"
    moved = {"amount": "15", "on": "2019-04-17", "reference": "V-1", "to_pathway": "bottom_up"}
    answer = unit.post(f"{base}allocations/{what.pk}/transfers/new/", moved)
    assert answer.status_code == 302
    page = unit.get(base + "funding/").content.decode()
    assert "Village council" in page
    assert "V-1" in page
    over = unit.post(
        f"{base}allocations/{what.pk}/transfers/new/", moved | {"amount": "26", "reference": "V-2"}
    )
    assert over.status_code == 200
    assert "Only MYR\xa025 of this allocation" in over.content.decode()
    assert 'value="V-2"' in over.content.decode()


def test_a_beneficiary_voting_on_its_own_allocation_is_told_why_not(where) -> None:
    member = core(where.steering)[0]
    what = proposed(where, beneficiary=member.organisation)
    motion = put_by_page(where, what)
    voter = signed_in(person_in(member))
    for answer in (
        voter.get(f"/motions/{motion.pk}/vote/", follow=True),
        voter.post(f"/motions/{motion.pk}/vote/", VOTE, follow=True),
    ):
        assert answer.redirect_chain == [(f"/motions/{motion.pk}/", 302)]
        text = answer.content.decode()
        assert "You stand aside in this matter: their organisation receives the money" in text
    assert not Vote.objects.exists()
    what.refresh_from_db()
    assert what.decision is None


def test_a_reader_reads_which_forum_has_it_and_is_led_to_no_closed_page(where) -> None:
    what = proposed(where)
    motion = put_by_page(where, what)
    reader = ministry_officer()
    what.source.programme.readers.create(user=reader)
    link = f'href="/motions/{motion.pk}/"'
    for user, is_led in ((reader, False), (person_in(core(where.steering)[0]), True)):
        page = signed_in(user).get(f"/allocations/{what.pk}/").content.decode()
        assert (str(motion.forum) in page, link in page) == (True, is_led)


def test_people_of_the_beneficiary_are_barred_in_whichever_place_they_sit(where) -> None:
    receiver = make_labs.OrganisationFactory()
    member = core(where.steering)[0]
    person = person_in(member)

    AppointmentFactory(user=person, post=make_labs.PostFactory(organisation=receiver))
    motion = put_by_page(where, proposed(where, beneficiary=receiver))
    place = motion.voters.get(post=member)
    assert place.barred_because == "their organisation receives the money"


def test_who_leads_the_initiative_has_no_vote_on_its_money(where) -> None:
    plan: Plan = make_labs.plan_in_force(where.area, steering=where.steering)
    key = make_labs.key_of(plan, "More patrols")
    lead = core(where.steering)[0]
    draft = make_labs.revision_of(plan)
    make_labs.revisions.edit(
        revision=draft,
        part="initiative",
        key=key,
        fields={"lead": str(lead.pk)},
        reason="So",
        **make.BY,
    )
    make_labs.adopt(make_labs.tested(draft))
    motion = put_by_page(where, proposed(where, plan=plan, initiative_key=key))
    assert motion.voters.get(post=lead).barred_because == "receives the money"
    assert "More patrols" in motion.text


def test_what_no_longer_fits_its_source_is_not_decided_and_the_vote_is_not_cast(where) -> None:
    source = make.source(where.programme, "100")
    first = make.allocation(source, "70", purpose="One")
    second = make.allocation(source, "70", purpose="Two")
    motions = [make.put(each, where.steering).motion for each in (first, second)]
    make_reviews.carry(motions[0])
    chair = signed_in(person_in(where.steering.chair))
    answer = chair.post(f"/motions/{motions[1].pk}/vote/", VOTE)
    assert answer.status_code == 200
    assert "Only MYR\xa030 " in answer.content.decode()
    assert not motions[1].votes.exists()
    second.refresh_from_db()
    assert second.decision is None


def test_one_allocation_is_before_one_forum_at_a_time(where) -> None:
    what = proposed(where)
    put_by_page(where, what)
    again = signed_in(where.unit).post(
        f"/allocations/{what.pk}/",
        {"forum": where.steering.pk, "reason": "Again", "mode": "chair"},
    )
    assert again.status_code == 200
    assert "before a forum already" in again.content.decode()
    with pytest.raises(allocations.AlreadyBefore):
        make.put(what, where.steering)


def test_an_allocation_for_a_restricted_lab_is_counted_and_not_named(where) -> None:
    plan = make_labs.plan_in_force(where.area, steering=where.steering)
    key = make_labs.key_of(plan, "More patrols")
    what = proposed(where, purpose="Osmium vaults", plan=plan, initiative_key=key)
    plan.lab.restricted_to.add(where.home)
    motion = make.put(what, where.steering, by=actor(where.unit)).motion
    assert motion.restricted
    officer = ministry_officer()
    ProgrammeReader.objects.create(programme=where.programme, user=officer)
    reader = signed_in(officer)
    page = reader.get(f"/programmes/{where.programme.code}/funding/").content.decode()
    assert "Osmium" not in page
    assert "Restricted" in page
    assert reader.get(f"/allocations/{what.pk}/").status_code == 404
    seen = signed_in(delivery_unit()).get(f"/programmes/{where.programme.code}/funding/")
    assert "Osmium" in seen.content.decode()


def test_a_lost_motion_sets_nothing_aside(where) -> None:
    what = proposed(where)
    motion = make.put(what, where.steering).motion
    chair = signed_in(person_in(where.steering.chair))
    chair.post(f"/motions/{motion.pk}/vote/", {"choice": "against", "reason": "Too dear"})
    what.refresh_from_db()
    assert what.decision.outcome == "lost"
    assert funding.funding.allotted(what.source) == Decimal(0)
