"""What moves a dispute in a simulation: whoever is owed something goes up for it, once."""

from __future__ import annotations

import datetime

import pytest

from ledger import wallclock
from reviews.models import Dispute
from reviews.services import information
from simulator import climbing, opening
from simulator.rules.chance import Chance
from simulator.rules.scenario import Scenario
from simulator.world import Clock, World
from tests.factories import disputes as factory
from tests.factories.forums import AT

pytestmark = pytest.mark.django_db
DAYS = 12


@pytest.fixture
def world():
    clock = Clock(AT)
    scenario = Scenario(
        bump_up=0.0, bump_up_on_ground=1.0, opened_in_error=1.0, given_up=1.0, country="MY"
    )
    with wallclock.at(clock.now):
        yield World(scenario=scenario, chance=Chance("1"), clock=clock)


def later(world: World, dispute: Dispute, act) -> Dispute:
    """Some days on which ``act`` is considered, until it changes something."""
    before = (dispute.tier, dispute.state)
    for _day in range(DAYS):
        world.clock.set(world.clock.now() + datetime.timedelta(days=1))
        world.held.clear()
        act(world, dispute)
        now = Dispute.objects.select_related("area__programme", "kpi").get(pk=dispute.pk)
        if (now.tier, now.state) != before:
            return now
    return now


def refused(dispute: Dispute) -> None:
    """The second party refused what the first asked."""
    request = information.ask(
        dispute=dispute,
        organisation=factory.party(dispute, 1).organisation,
        question="How many?",
        due_on=AT.date() + datetime.timedelta(days=7),
        asked_by=factory.party(dispute, 0),
        by=factory.by(factory.party(dispute, 0)),
        at=AT,
    )
    by = factory.by(factory.party(dispute, 1))
    information.refuse(request=request, reason="It is secret.", by=by, at=AT)


def test_whoever_was_refused_goes_up_for_it_and_cites_it_once(world):
    dispute = factory.open_dispute()
    refused(dispute)
    dispute = later(world, dispute, climbing.bump_up)
    step = dispute.bump_ups.get()
    assert step.trigger == "withheld"
    assert step.by_user == factory.officer_of(factory.party(dispute, 0))
    assert later(world, dispute, climbing.bump_up).tier == 2


def test_without_a_ground_nobody_goes_up(world):
    dispute = factory.open_dispute()
    assert later(world, dispute, climbing.bump_up).tier == 1


def test_who_is_left_alone_withdraws_too(world):
    dispute = factory.open_dispute()
    assert later(world, dispute, opening.withdraw).state == Dispute.State.WITHDRAWN
