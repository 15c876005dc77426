"""The sweep in batches comes to what the single step comes to, on whatever portfolio."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from django.db import transaction

from forums.models import Forum, Motion
from forums.rules.interests import Interests
from forums.selectors import rooms
from forums.services import forums
from labs.models import Programme
from ledger.models import Event
from people.models import Appointment, LocalHoliday, Organisation
from reviews.models import BumpUp, Dispute, Tier
from reviews.selectors import climbing, standing
from reviews.selectors.climbing import interests
from reviews.services import advancing, disputes, positions
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.disputes import DAY
from tests.factories.forums import AT, SYSTEM, held_post
from tests.factories.people import OrganisationFactory, ministry_officer

pytestmark = pytest.mark.django_db
ZONES = ("Asia/Kuala_Lumpur", "America/Lima", "Pacific/Kiritimati", "UTC")
COUNTRIES = ("", "MY", "PE", "MY-14")
# Days of the sweeps. A sweep moves a dispute one step, and no ladder here has more than four.
ROUNDS = ((4, 9, 14, 22, 45), (6, 14, 30, 60, 90))


def organisations(count: int) -> list[Organisation]:
    made = [OrganisationFactory() for _ in range(count)]
    for each in made:
        ministry_officer(each)
    return made


def ladder(dice: random.Random, parties: list[Organisation]) -> list[Forum]:
    """Forums above one another: small quorums, members out of the parties, alternates or none."""
    above, made = None, []
    for _level in range(dice.choice((2, 3, 4))):
        members = [
            held_post(f"Member {Forum.objects.count()}-{each}", dice.choice(parties))
            if dice.random() < 0.5
            else held_post("Core")
            for each in range(dice.randint(0, 3))
        ]
        name = f"Chair {Forum.objects.count()}"
        chair = held_post(name, dice.choice(parties)) if dice.random() < 0.25 else None
        above = forum_factory.make_forum(
            f"Forum {Forum.objects.count()}", parent=above, members=members, chair=chair,
            alternate=dice.random() < 0.4 or None, quorum=dice.choice((1, 1, 2)),
            country=dice.choice(COUNTRIES), response_days=dice.randint(1, 15),
        )  # fmt: skip
        made.append(above)
    return made[::-1]


def portfolio(seed: int) -> None:
    """Disputes of several programmes with whatever can make a difference."""
    dice = random.Random(seed)  # noqa: S311
    parties = organisations(5)
    LocalHoliday.objects.create(country="MY", day=(AT + 9 * DAY).date(), name="Local")
    areas = []
    for zone in dice.sample(ZONES, 3):
        rungs = ladder(dice, parties)
        area = factory.AreaFactory(home_forum=rungs[0])
        Programme.objects.filter(pk=area.programme_id).update(time_zone=zone)
        areas.append(type(area).objects.get(pk=area.pk))
    for area in areas:
        kpi = factory.make_kpi(area)
        for number in range(4):
            dispute = disputes.open(
                title=f"Dispute {number}", about="value", question="Whose?", kpi=kpi,
                parties=dice.sample(parties, 2), by=SYSTEM, at=AT + dice.randint(0, 6) * DAY,
                restricted_to=[area.home_forum] if dice.random() < 0.2 else [],
            )  # fmt: skip
            act(dice, dispute, parties)
    shake(dice, parties)


def act(dice: random.Random, dispute: Dispute, parties: list[Organisation]) -> None:
    """Positions, a ruling under way, a party that left."""
    dispute.refresh_from_db()
    if dice.random() < 0.4:
        mine = factory.party(dispute)
        positions.state(
            dispute=dispute, party=mine, text="Ours.", by=factory.by(mine), at=dispute.at
        )
    if dice.random() < 0.2:
        factory.put_ruling(dispute, at=dispute.at)
    if dice.random() < 0.15:
        Dispute.objects.filter(pk=dispute.pk).update(
            state="settled", ended_at=AT, ended_because="Agreed"
        )


def shake(dice: random.Random, parties: list[Organisation]) -> None:
    """Chairs fall vacant, a forum is closed, a ministry is merged, an officer moves on."""
    for forum in Forum.objects.order_by("pk"):
        if dice.random() < 0.2:
            Appointment.objects.filter(post=forum.chair).delete()
    busy = Motion.objects.filter(state=Motion.State.OPEN).values("forum")
    closed = Forum.objects.exclude(parent=None).exclude(pk__in=busy).order_by("pk")[0]
    heir = forum_factory.make_forum("Heir", parent=closed.parent)
    forums.close(forum=closed, successor=heir, by=SYSTEM, at=AT)
    Organisation.objects.filter(pk=parties[0].pk).update(
        successor=parties[1], succeeded_on=AT.date()
    )
    moved = Appointment.objects.filter(post__organisation=parties[2]).first()
    if moved is not None:
        member = held_post("Core")
        Appointment.objects.filter(post=member).update(user=moved.user)


def state() -> dict[str, list[tuple[Any, ...]]]:
    """All that a step writes, however it was taken; not when its notices went out."""
    steps = ("dispute", "from_tier", "to_tier", "trigger", "reason", "at", "by_user", "by_post")
    return {
        "disputes": list(
            Dispute.objects.order_by("pk").values_list(
                "pk", "state", "tier", "deadline", "overdue_at_top_since", "nudge_on"
            )
        ),
        "tiers": list(
            Tier.objects.order_by("dispute", "number").values_list(
                "dispute", "number", "entered_at", "deadline", "left_at"
            )
        ),
        "steps": list(BumpUp.objects.order_by("dispute", "from_tier").values_list(*steps)),
        "kept": sorted(Dispute.restricted_to.through.objects.values_list("dispute", "forum")),
        "overdue": sorted(
            Event.objects.filter(verb="dispute.overdue_at_top").values_list("subject_id", "at")
        ),
    }


class Back(Exception):
    """Undo all of it."""


def outcome(rounds: list[datetime.datetime], one_by_one: bool) -> list[Any]:
    """What each of several sweeps comes to; nothing of it is left."""
    found: list[Any] = []
    try:
        with transaction.atomic():
            for at in rounds:
                if one_by_one:
                    ids = Dispute.objects.order_by("deadline", "pk").values_list("pk", flat=True)
                    advancing.advance_singly(list(ids), at)
                else:
                    advancing.advance(at=at)
                found.append(state())
            raise Back
    except Back:
        return found


def moves_in_batches() -> None:
    """Most of a portfolio is plain enough for the batch."""
    advancing.advance(at=AT + 60 * DAY)
    assert BumpUp.objects.filter(event__verb="disputes.advanced").count() >= 2


def stand_aside_the_same() -> None:
    """Who may not sit is read for many disputes as for one."""
    ids = list(Dispute.objects.order_by("pk").values_list("pk", flat=True))
    found = interests.of(ids)
    for dispute in Dispute.objects.order_by("pk"):
        one = standing.interests(dispute)
        assert found[dispute.pk].organisations == set(one.organisations)
        assert found[dispute.pk].users == set(one.users)


def look_at_whoever_could_stand_aside() -> None:
    """Rooms of those left out sit as if nobody had an interest."""
    day = (AT + 4 * DAY).date()
    rungs = {
        dispute: standing.tier_of(dispute)
        for dispute in Dispute.objects.order_by("pk")
        if not standing.is_top(standing.tier_of(dispute))
    }
    keys = {rung: (rung.forum_id, rung.chair_id, rung.alternate_id) for rung in rungs.values()}
    loaded = rooms.load(keys.values(), day)
    found = interests.touching({each.pk: loaded[keys[rung]] for each, rung in rungs.items()})
    changed = set()
    for dispute, rung in rungs.items():
        with_them = loaded[keys[rung]].sit(standing.interests(dispute), rung.quorum, False)
        without = loaded[keys[rung]].sit(Interests(), rung.quorum, False)
        changed |= {dispute.pk} if with_them != without else set()
    assert changed <= found
    assert found < {each.pk for each in rungs}


@pytest.mark.parametrize("seed", range(6))
def test_in_batches_as_one_by_one(seed, monkeypatch):
    """A portfolio costs more than what is asked of it: each is asked everything."""
    portfolio(seed)
    stand_aside_the_same()
    look_at_whoever_could_stand_aside()
    dice = random.Random(seed)  # noqa: S311
    start = AT + datetime.timedelta(hours=dice.randint(0, 23))
    rounds = [start + days * DAY for days in ROUNDS[seed % 2]]
    expected = outcome(rounds, one_by_one=True)
    assert expected[-1]["steps"], "the portfolio moves"
    assert outcome(rounds, one_by_one=False) == expected
    monkeypatch.setattr(advancing, "BATCH", 3)
    assert outcome(rounds, one_by_one=False) == expected
    moves_in_batches()


def test_what_moved_since_it_was_read_is_left_alone(monkeypatch):
    """Between reading and writing somebody settles: nothing of the batch is written twice."""
    area = factory.make_area()
    kpi = factory.make_kpi(area)
    made = [factory.open_dispute(area, kpi=kpi) for _ in range(3)]
    late = AT + 40 * DAY
    read = climbing.plan

    def slow(due: climbing.Due, at: datetime.datetime) -> climbing.Plan:
        found = read(due, at)
        Dispute.objects.filter(pk=made[1].pk).update(
            state="settled", ended_at=AT, ended_because="Agreed"
        )
        return found

    monkeypatch.setattr(advancing.climbing, "plan", slow)
    assert advancing.advance(at=late).moved in (2, 3)
    made[1].refresh_from_db()
    assert BumpUp.objects.filter(dispute=made[1]).count() == (made[1].tier == 2)
    for each in (made[0], made[2]):
        each.refresh_from_db()
        assert (each.tier, each.bump_ups.count()) == (2, 1)


def test_a_changed_step_no_longer_fits_the_digest(disputed):
    dispute = disputed
    advancing.advance(at=AT + 40 * DAY)
    event = Event.objects.get(verb="disputes.advanced")
    assert event.data["first"] == event.data["last"] == dispute.pk
    assert event.data["rows_digest"] == advancing.digest_of_event(event)
    BumpUp.objects.update(reason="They wished it")
    assert event.data["rows_digest"] != advancing.digest_of_event(event)


def test_a_country_without_a_calendar_stops_its_own_disputes_only():
    area = factory.make_area()
    good, bad = factory.open_dispute(area), factory.open_dispute()
    Forum.objects.filter(pk=factory.forum_at(bad, 2).pk).update(country="XX")
    assert advancing.advance(at=AT + 40 * DAY).moved == 1
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.tier, bad.tier) == (2, 1)
