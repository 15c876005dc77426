"""What each template is there to show, shown: one to five."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from forums.models import Action, Forum
from forums.selectors import ladders, members
from forums.services import actions, memberships
from kpis.models import SeriesStatus
from labs.models import Allocation, Bargain, BargainRound, FundingSource, Milestone, Revision, Seat
from labs.selectors import composition, limits
from labs.services import attendance, bargains, revisions
from labs.services.attendance import Came
from reviews.services import allocations, proposals
from tests.factories.people import PostFactory
from tests.flows.starters_walk import Walk, begin

pytestmark = pytest.mark.django_db


def forum(walk: Walk, name: str) -> Forum:
    return Forum.objects.get(name__startswith=name, name__contains=walk.programme.name)


def warned(walk: Walk, lab: int = 0) -> set[str]:
    """Codes of what is unusual about a lab."""
    seats = Seat.objects.filter(lab=walk.labs[lab]).select_related("organisation", "group")
    return {each.code for each in composition.of_lab(walk.labs[lab], seats, walk.day)}


# 1 PEMANDU


def test_the_ladder_runs_from_the_weekly_committee_to_the_prime_minister() -> None:
    walk = begin("pemandu")
    ladder = ladders.ladder_from(forum(walk, "Working committee"))
    assert [each.meets_every_days for each in ladder] == [7, 30, 91, 182]
    assert ladder[-1].chair.title == "Prime Minister"
    assert warned(walk) == set(), "six weeks, every sector and group at the table"


def test_a_goal_goes_above_the_steering_committee_and_a_step_does_not() -> None:
    walk = begin("pemandu")
    walk.approve()
    going = []
    for part, title, fields in (
        ("goal", "Pre-school for every child of four and five", {"title": "For every child"}),
        ("milestone", "Village halls handed over as classrooms", {"finishes_on": "2019-06-15"}),
    ):
        draft = revisions.start(
            plan=walk.plan(), title=part, reason="Seen", by=walk.by_unit, at=walk.at
        )
        revisions.edit(
            revision=draft,
            part=part,
            key=walk.key_of(title),
            fields=fields,
            reason="Seen",
            by=walk.by_unit,
            at=walk.at,
        )
        going.append(limits.route(draft, walk.day))
    assert going[0].forum.name == "Delivery Task Force"
    assert not going[0].within
    assert going[1].within


# 2 Mesas ejecutivas


def test_a_slow_week_ends_in_an_action_for_the_next() -> None:
    walk = begin("mesas")
    table = forum(walk, "Core team")
    assert table.meets_every_days == 7
    assert [each.title for each in members.invited(table, walk.day)] == ["General secretary"]
    walk.approve()
    walk.tell("actions_in_time", 1, "20")
    walk.sweep()
    review = walk.review("actions_in_time")
    owner = walk.post("Director, Permits")
    proposal = proposals.put(
        review=review,
        cause="means",
        outcome="corrective_action",
        reason="One office is waited for.",
        action_title="Sign the forty papers that lie there",
        action_owner=owner,
        action_due=walk.day + datetime.timedelta(days=7),
        by=walk.by_unit,
        at=walk.at,
    )
    voters = {voter.post.title for voter in proposal.motion.voters.select_related("post")}
    assert "General secretary" not in voters, "labour is heard and has no vote"
    walk.decide(proposal.motion)
    walk.day += datetime.timedelta(days=5)
    action = Action.objects.get()
    done = actions.done(
        action=action, note="Forty papers signed", by=walk.acting(owner), at=walk.at
    )
    assert (done.state, done.due_on > walk.day) == (Action.State.DONE, True)


# 3 Council


def test_a_council_that_grows_too_large_is_warned_of() -> None:
    walk = begin("council")
    council = forum(walk, "Council")
    assert "steering_size" not in warned(walk)
    for _each in range(20):
        memberships.add(forum=council, post=PostFactory(), by=walk.by_unit, at=walk.at)
    assert "steering_size" in warned(walk)


def test_deputies_come_and_their_rank_is_kept() -> None:
    walk = begin("council")
    lab = walk.labs[0]
    session = lab.sessions.order_by("starts_at")[0]
    seat = lab.seats.get(organisation__name="Ministry of Economy")
    walk.day = datetime.date(2019, 1, 10)
    came = attendance.record(
        session=session,
        came=[Came(seat=seat, name="A deputy", rank=40, delegate=True)],
        by=walk.by_unit,
        at=walk.at,
    )
    assert (came[0].rank, came[0].delegate) == (40, True)
    assert seat.post.rank == 3


def test_the_council_decides_the_money_and_who_receives_it_stands_aside() -> None:
    walk = begin("council")
    walk.approve()
    allocation = Allocation.objects.get(purpose="Joint laboratory of aquaculture")
    proposal = allocations.put(
        allocation=allocation,
        forum=forum(walk, "Council"),
        reason="Five firms carry it together",
        by=walk.by_unit,
        at=walk.at,
    )
    decision = walk.decide(proposal.motion)
    allocation.refresh_from_db()
    assert allocation.decision == decision
    voted = set(proposal.motion.votes.values_list("voter__post__organisation__name", flat=True))
    assert "Aquaculture association (illustrative)" not in voted
    assert voted


# 4 Regional extension


def test_units_are_compared_on_the_same_kpi() -> None:
    walk = begin("extension")
    walk.approve()
    for part, value in (("north", "5"), ("delta", "4"), ("hills", "1.2"), ("", "3.6")):
        walk.tell("reached", 1, value, part)
    walk.sweep()
    found = {
        status.series.cell.key: status.status
        for status in SeriesStatus.objects.filter(
            series__definition__kpi=walk.kpi("reached")
        ).select_related("series__cell")
    }
    assert found["Unit=north"] == "on_track"
    assert found["Unit=hills"] == "off_track"


def test_a_unit_changes_its_methods_by_itself() -> None:
    walk = begin("extension")
    walk.approve()
    head = walk.post("Head of unit", "Extension unit Hills")
    step = Milestone.objects.get(title="A model farm in each of nine valleys", until_revision=None)
    draft = revisions.start(
        plan=walk.plan(),
        title="Fewer, better",
        reason="Two advisers",
        by=walk.acting(head),
        at=walk.at,
    )
    revisions.edit(
        revision=draft,
        part="milestone",
        key=step.key,
        fields={"title": "A model farm in each of five valleys"},
        reason="Two advisers",
        by=walk.acting(head),
        at=walk.at,
    )
    made = revisions.record_as_owner(revision=draft, by=walk.acting(head), at=walk.at)
    assert (made.route, made.decision, made.number) == (Revision.Route.OWNER, None, 2)


# 5 Supplier development


def test_rounds_are_kept_and_several_funders_pay() -> None:
    walk = begin("suppliers")
    bargain = Bargain.objects.get()
    period = walk_period(walk)
    assert bargain.period == period
    kept = [(each.kind, each.value) for each in bargain.rounds.order_by("pk")]
    assert kept == [("asked", Decimal(50)), ("offered", Decimal(40))]
    bargains.add_round(
        bargain=bargain,
        organisation=walk.organisation("Association of equipment makers"),
        kind=BargainRound.Kind.ASKED,
        value=Decimal(45),
        by=walk.by_unit,
        at=walk.at,
    )
    agreed = bargains.agree(
        bargain=bargain, value=Decimal(45), because="Valves first", by=walk.by_unit, at=walk.at
    )
    assert (agreed.state, agreed.agreed) == (Bargain.State.AGREED, Decimal(45))
    assert bargain.rounds.count() == 3
    funders = FundingSource.objects.values_list("funder__name", flat=True)
    assert len(set(funders)) == 3
    assert {each.initiative_key for each in Allocation.objects.all()} == {
        each.initiative_key for each in Allocation.objects.all()[:1]
    }


def walk_period(walk: Walk) -> str:
    """The second year, in which the share is bargained over."""
    year = walk.day.year + 1
    return f"{year}-01-01/{year}-12-31"
