"""A dispute climbs from the working committee to the prime minister, by pages and sweeps.

Every sweep is run twice, as two workers would: nothing happens a second time.
"""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from forums.models import Decision, Motion
from kpis.models import Hold
from ledger.models import Event
from ledger.services import seals, verification
from people.models import Appointment
from reviews import tasks
from reviews.models import Dispute
from reviews.selectors import disputes
from tests.factories import disputes as factory
from tests.factories.disputes import DAY
from tests.factories.forums import AT, core, person_in
from tests.factories.people import OrganisationFactory, ministry_officer

pytestmark = pytest.mark.django_db


class World:
    """Business time that moves, and people who use pages."""

    def __init__(self, client, monkeypatch):
        self.client, self.now = client, AT
        monkeypatch.setattr("config.clock.now", lambda: self.now)

    def post(self, user, name, pk, **data):
        """Send a form; it must be accepted."""
        self.client.force_login(user)
        reply = self.client.post(reverse(name, args=[pk] if pk else []), data)
        assert reply.status_code == 302, reply.content.decode()[-4000:]
        return reply

    def page(self, user, name, pk):
        self.client.force_login(user)
        return self.client.get(reverse(name, args=[pk])).content.decode()

    def pass_deadline(self, dispute):
        """Let the last day pass, and sweep twice."""
        dispute.refresh_from_db()
        noon = datetime.time(4, tzinfo=datetime.UTC)
        self.now = datetime.datetime.combine(dispute.deadline + DAY, noon)
        tasks.advance_disputes()
        tasks.advance_disputes()
        dispute.refresh_from_db()


@pytest.fixture
def world(client, monkeypatch):
    return World(client, monkeypatch)


def test_from_the_working_committee_to_the_prime_minister(world):
    area = factory.make_area()
    kpi, other = factory.make_kpi(area), OrganisationFactory()
    one, two = ministry_officer(area.lead), ministry_officer(other)
    world.post(
        one,
        "reviews:dispute_new",
        None,
        title="Who counts street crime",
        subject=f"kpi:{kpi.pk}",
        about="value",
        question="Whose count is right?",
        own=area.lead_id,
        parties=[other.pk],
    )
    dispute = Dispute.objects.get()
    assert Hold.objects.filter(kpi=kpi, lifted_at=None).exists()

    # Tier 1: both speak, a settlement fails, all waive the stay, one declares deadlock.
    world.post(one, "reviews:dispute_position", dispute.pk, text="Ours.")
    world.post(two, "reviews:dispute_position", dispute.pk, text="No, ours.")
    world.post(one, "reviews:dispute_settle", dispute.pk, terms="Take ours.", reason="It is best.")
    offer = dispute.settlements.get()
    world.post(two, "reviews:settlement_answer", offer.pk, assents="no", reason="It is not.")
    for user in (one, two):
        world.post(user, "reviews:dispute_waive", dispute.pk, seen_at_tier=1)
    world.post(two, "reviews:dispute_bump_up", dispute.pk, trigger="deadlock", reason="No way.")
    dispute.refresh_from_db()
    assert dispute.tier == 2

    # Tier 2: a question is met by silence; meanwhile tier 3 loses its chair.
    steering_chair = person_in(factory.forum_at(dispute, 2).chair)
    due = (world.now + 2 * DAY).date()
    world.post(
        one,
        "reviews:dispute_ask",
        dispute.pk,
        organisation=other.pk,
        question="How do you count?",
        due_on=due.isoformat(),
    )
    world.post(
        steering_chair, "reviews:dispute_ruling", dispute.pk,
        text="Both counts.", reason="Peace.", mode="chair",
    )  # fmt: skip
    early = Motion.objects.get()
    Appointment.objects.filter(post=factory.forum_at(dispute, 3).chair).delete()
    world.now = AT + 10 * DAY
    world.post(one, "reviews:dispute_bump_up", dispute.pk, trigger="withheld", reason="Silence.")
    dispute.refresh_from_db()
    assert dispute.tier == 4
    steps = list(dispute.bump_ups.values_list("from_tier", "trigger"))
    assert steps == [(1, "deadlock"), (2, "withheld"), (3, "cannot_sit")]
    early.refresh_from_db()
    assert early.state == "withdrawn"

    # The top: nowhere to climb.
    world.pass_deadline(dispute)
    assert (dispute.tier, dispute.state) == (4, "open")
    assert list(disputes.overdue_at_top()) == [dispute]
    assert Event.objects.filter(verb="dispute.overdue_at_top").count() == 1
    assert "Overdue at the top" in world.page(two, "reviews:dispute", dispute.pk)

    # The prime minister rules, after hearing a member.
    top = factory.forum_at(dispute, 4)
    prime_minister = person_in(top.chair)
    world.post(
        prime_minister, "reviews:dispute_ruling", dispute.pk,
        text="The statistics office counts.", reason="Neither of you.", mode="chair",
    )  # fmt: skip
    motion = Motion.objects.get(state="open")
    vote = {"choice": "for", "reason": "So that it ends."}
    world.post(person_in(core(top)[0]), "reviews:vote", motion.pk, **vote)
    dispute.refresh_from_db()
    assert dispute.state == "open"
    world.post(prime_minister, "reviews:vote", motion.pk, **vote)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.decision) == ("ruled", Decision.objects.get())
    assert not Hold.objects.filter(kpi=kpi, lifted_at=None).exists()
    assert "So that it ends." in world.page(one, "forums:decision", dispute.decision_id)

    # Nothing moves any more, and the ledger tells the whole story.
    world.pass_deadline(dispute)
    assert dispute.bump_ups.count() == 3
    while seals.seal(at=world.now):
        pass
    assert verification.verify().intact
    told = Event.objects.filter(verb__startswith="dispute.").order_by("pk")
    assert list(told.values_list("verb", flat=True)) == [
        "dispute.opened",
        "dispute.stay_waived",
        "dispute.stay_waived",
        "dispute.bumped_up",
        "dispute.bumped_up",
        "dispute.bumped_up",
        "dispute.overdue_at_top",
        "dispute.ruled",
    ]


def test_deadlines_alone_carry_it_to_the_top_and_it_is_settled_there(world):
    dispute = factory.open_dispute()
    for tier in (2, 3, 4):
        world.pass_deadline(dispute)
        assert dispute.tier == tier
    assert list(dispute.bump_ups.values_list("trigger", flat=True)) == ["deadline"] * 3
    world.pass_deadline(dispute)
    factory.answer(factory.propose(dispute, at=world.now), at=world.now)
    dispute.refresh_from_db()
    assert dispute.state == "settled"
    assert not disputes.overdue_at_top().exists()
