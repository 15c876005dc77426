"""A step, a settlement and a ruling at the same moment: exactly one wins.

On every database the two are interleaved by hand: both read, one acts, the other
acts on what it read. On PostgreSQL they also run in threads of their own.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from ledger.models import Event
from ledger.rules.errors import Refused
from reviews.models import Dispute, SettlementAnswer, SettlementProposal, TimeAsked
from reviews.services import (
    advancing,
    conflict_routes,
    extensions,
    ladder,
    positions,
    withdrawals,
)
from tests.factories import disputes as factory
from tests.factories.disputes import DAY
from tests.factories.forums import AT, SYSTEM, make_forum
from tests.factories.people import actor, delivery_unit

LATE = AT + 40 * DAY
pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="threads meet on PostgreSQL only"
)


def recorded() -> int:
    """How many steps the ledger has, one by one and in batches."""
    batches = Event.objects.filter(verb="disputes.advanced")
    one_by_one = Event.objects.filter(verb="dispute.bumped_up").count()
    return one_by_one + sum(event.data["moved"] for event in batches)


def one_of(dispute: Dispute) -> None:
    """Either it settled at tier 1 and never moved, or it moved once and is still open."""
    dispute.refresh_from_db()
    steps = dispute.bump_ups.count()
    assert (dispute.state, dispute.tier, steps) in {("settled", 1, 0), ("open", 2, 1)}
    assert recorded() == steps
    assert Event.objects.filter(verb="dispute.settled").count() == 1 - steps
    assert SettlementAnswer.objects.count() == 1 - steps


def test_an_assent_to_what_has_just_climbed_is_refused_and_can_be_given_again():
    dispute = factory.open_dispute()
    proposal = factory.propose(dispute)
    read = SettlementProposal.objects.select_related("dispute").get(pk=proposal.pk)
    advancing.advance(at=LATE)
    with pytest.raises(ladder.AlreadyMoved):
        factory.answer(read)
    one_of(dispute)
    factory.answer(SettlementProposal.objects.select_related("dispute").get(pk=proposal.pk))
    dispute.refresh_from_db()
    assert (dispute.state, dispute.tier) == ("settled", 2)


def test_a_step_of_what_has_just_settled_is_refused():
    dispute = factory.open_dispute()
    read = Dispute.objects.get(pk=dispute.pk)
    factory.answer(factory.propose(dispute))
    with pytest.raises(ladder.AlreadyMoved):
        ladder.climb(dispute=read, trigger="deadlock", reason="Stuck", by=SYSTEM, at=LATE)
    assert advancing.advance(at=LATE) == advancing.Counts()
    one_of(dispute)


def test_two_steps_of_the_same_tier_are_one():
    dispute = factory.open_dispute()
    read = Dispute.objects.get(pk=dispute.pk)
    advancing.advance(at=LATE)
    with pytest.raises(ladder.AlreadyMoved):
        ladder.climb(dispute=read, trigger="deadlock", reason="Stuck", by=SYSTEM, at=LATE)
    one_of(dispute)


def test_a_ruling_of_the_tier_below_no_longer_counts():
    dispute = factory.open_dispute()
    ruling = factory.put_ruling(dispute)
    advancing.advance(at=LATE)
    with pytest.raises(Refused):
        factory.rule(ruling, at=LATE)
    one_of(dispute)


def together(*acts: Callable[[], Any]) -> list[Exception]:
    """Run the acts at the same moment, each on a connection of its own; what was refused."""
    start = threading.Barrier(len(acts))
    refused: list[Exception] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            act()
        except Refused as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return refused


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_settlement_at_the_very_moment_of_the_step(_again):
    dispute = factory.open_dispute()
    proposal = factory.propose(dispute)
    read = SettlementProposal.objects.select_related("dispute").get(pk=proposal.pk)
    together(lambda: factory.answer(read), lambda: advancing.advance(at=LATE))
    one_of(dispute)


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_two_sweepers_take_each_step_once(_again):
    area = factory.make_area()
    kpi = factory.make_kpi(area)
    made = [factory.open_dispute(area, kpi=kpi) for _ in range(6)]
    assert together(lambda: advancing.advance(at=LATE), lambda: advancing.advance(at=LATE)) == []
    for dispute in made:
        dispute.refresh_from_db()
        assert (dispute.tier, dispute.bump_ups.count()) == (2, 1)
    assert recorded() == 6


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_a_ruling_and_a_settlement_at_the_same_moment(_again):
    dispute = factory.open_dispute()
    ruling = factory.put_ruling(dispute)
    proposal = factory.propose(dispute)
    refused = together(lambda: factory.answer(proposal), lambda: factory.rule(ruling))
    dispute.refresh_from_db()
    assert dispute.state in {"settled", "ruled"}
    assert len(refused) == 1
    ended = Event.objects.filter(verb__in=["dispute.settled", "dispute.ruled"])
    assert ended.count() == 1


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_the_last_two_assents_at_the_same_moment_settle_once(_again):
    dispute = factory.open_dispute()
    factory.party(dispute)
    third = factory.OrganisationFactory()
    factory.ministry_officer(third)
    dispute.parties.create(organisation=third, joined_at=AT)
    proposal = factory.propose(dispute)
    assert (
        together(
            lambda: factory.answer(proposal, 1),
            lambda: factory.answer(SettlementProposal.objects.get(pk=proposal.pk), 2),
        )
        == []
    )
    dispute.refresh_from_db()
    assert dispute.state == "settled"


def afternoon_after(dispute: Dispute) -> datetime.datetime:
    """Noon on the day after its last day, by which a sweep would move it."""
    return datetime.datetime.combine(dispute.deadline + DAY, AT.timetz())


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_more_time_at_the_very_moment_of_the_sweep(_again):
    """The chair acts within the last day by their clock, the sweep just after it."""
    dispute = factory.open_dispute()
    late, before = afternoon_after(dispute), dispute.deadline
    read = Dispute.objects.select_related("area__programme").get(pk=dispute.pk)
    together(
        lambda: extensions.grant(dispute=read, days=3, reason="Eid", by=SYSTEM, at=AT),
        lambda: advancing.advance(at=late),
    )
    dispute.refresh_from_db()
    extended = dispute.extensions.count()
    assert (dispute.tier, extended) in {(1, 1), (2, 0)}
    assert dispute.bump_ups.count() == dispute.tier - 1
    assert dispute.deadline > before
    assert dispute.tiers.get(number=dispute.tier).deadline == dispute.deadline


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_more_time_given_twice_at_the_same_moment_is_given_once(_again):
    dispute = factory.open_dispute()
    reads = [Dispute.objects.select_related("area__programme").get(pk=dispute.pk) for _ in "ab"]
    acts = [
        lambda read=read: extensions.grant(dispute=read, days=2, reason="x", by=SYSTEM, at=AT)
        for read in reads
    ]
    assert len(together(*acts)) == 1
    assert dispute.extensions.count() == 1
    assert Event.objects.filter(verb="dispute.extended").count() == 1


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_taken_back_and_ruled_at_the_same_moment(_again):
    opener = delivery_unit()
    dispute = factory.open_dispute(by=actor(opener))
    ruling = factory.put_ruling(dispute)
    read = Dispute.objects.select_related("area__programme", "kpi").get(pk=dispute.pk)
    refused = together(
        lambda: withdrawals.take_back(dispute=read, reason="x", by=actor(opener), at=AT),
        lambda: factory.rule(ruling),
    )
    dispute.refresh_from_db()
    assert len(refused) == 1
    assert dispute.state in {"withdrawn", "ruled"}
    ended = Event.objects.filter(verb__in=["dispute.withdrawn", "dispute.ruled"])
    assert ended.count() == 1


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_taken_back_and_a_position_of_another_at_the_same_moment(_again):
    """Either the position came first and it cannot be taken back, or nobody has spoken."""
    opener = delivery_unit()
    dispute = factory.open_dispute(by=actor(opener))
    mine = factory.party(dispute)
    reads = [
        Dispute.objects.select_related("area__programme", "kpi").get(pk=dispute.pk) for _ in "ab"
    ]
    officer = factory.by(mine)
    refused = together(
        lambda: withdrawals.take_back(dispute=reads[0], reason="x", by=actor(opener), at=AT),
        lambda: positions.state(dispute=reads[1], party=mine, text="No", by=officer, at=AT),
    )
    dispute.refresh_from_db()
    assert len(refused) == 1
    assert (dispute.state, mine.positions.count()) in {("withdrawn", 0), ("open", 1)}


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_sent_to_the_conflict_forum_at_the_very_moment_of_a_step(_again):
    area = factory.make_area()
    top = area.home_forum.parent.parent.parent
    area.conflict_forum = make_forum("Conflict forum", parent=top)
    area.save()
    dispute = factory.open_dispute(area)
    reads = [Dispute.objects.select_related("area__programme").get(pk=dispute.pk) for _ in "ab"]
    together(
        lambda: conflict_routes.send(dispute=reads[0], reason="x", by=SYSTEM, at=AT),
        lambda: ladder.climb(
            dispute=reads[1], trigger="deadlock", reason="Stuck", by=SYSTEM, at=AT
        ),
    )
    dispute.refresh_from_db()
    here = dispute.tiers.get(number=dispute.tier)
    assert here.entered_at is not None
    assert here.deadline == dispute.deadline
    assert dispute.tier == 1 + dispute.bump_ups.count()


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_more_time_declined_twice_at_the_same_moment_is_declined_once(_again):
    dispute = factory.open_dispute()
    mine = factory.party(dispute)
    by = factory.by(mine)
    asked = extensions.ask(dispute=dispute, party=mine, days=2, reason="Eid", by=by, at=AT)
    read = [TimeAsked.objects.select_related("party__dispute__area").get(pk=asked.pk) for _ in "ab"]
    refused = together(
        *(
            lambda row=row: extensions.decline(request=row, reason="No", by=SYSTEM, at=AT)
            for row in read
        )
    )
    assert [each.code for each in refused] == ["time_asked_not_waiting"]
    assert Event.objects.filter(verb="dispute.time_declined").count() == 1
