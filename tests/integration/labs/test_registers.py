"""Registers through their services: what they keep, and what they refuse."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from labs.models import Allocation, Obstacle
from labs.selectors import bargains as bargain_selectors
from labs.selectors import coverage
from labs.selectors import funding as funding_selectors
from labs.selectors import obstacles as obstacle_selectors
from labs.services import (
    bargains,
    council_acts,
    funding,
    obstacles,
    programmes,
    recommendations,
    transfers,
    windows,
)
from ledger.models import Event
from tests.factories import labs as make_labs
from tests.factories import people
from tests.factories import registers as make

pytestmark = pytest.mark.django_db
BY = make.BY
ON = datetime.date(2019, 4, 17)
DAY = {"on": ON, "reference": "V-1"}


@pytest.fixture
def programme():
    return make_labs.ProgrammeFactory()


def ranking(programme) -> list[str]:
    return list(
        obstacle_selectors.ranked(programme.obstacles.all()).values_list("title", flat=True)
    )


# Obstacles


def test_obstacles_are_ranked_one_place_at_a_time_by_one_event(programme) -> None:
    roads, ports, skills = (make.obstacle(programme, name) for name in ("Roads", "Ports", "Skills"))
    obstacles.move(obstacle=skills, up=True, **BY)
    assert ranking(programme) == ["Roads", "Skills", "Ports"]
    obstacles.move(obstacle=roads, up=True, **BY)
    assert ranking(programme) == ["Roads", "Skills", "Ports"]
    assert Event.objects.filter(verb="obstacle.ranked").count() == 1
    ports.refresh_from_db()
    assert ports.rank == 3


def test_what_is_gone_leaves_the_ranking_with_its_reason(programme) -> None:
    roads, _ports = (make.obstacle(programme, name) for name in ("Roads", "Ports"))
    with pytest.raises(obstacles.ObstacleRefused):
        obstacles.end(obstacle=roads, because=" ", **BY)
    gone = obstacles.end(obstacle=roads, because="Built", **BY)
    assert (gone.state, gone.ended_because) == ("gone", "Built")
    assert list(programme.obstacles.exclude(state="gone").values_list("title", "rank")) == [
        ("Ports", 1)
    ]
    with pytest.raises(obstacles.ObstacleMoved):
        obstacles.end(obstacle=roads, because="Again", **BY)
    back = obstacles.reopen(obstacle=gone, because="Washed away", **BY)
    assert (back.state, back.rank) == ("open", 2)


def test_an_obstacle_is_named_once(programme) -> None:
    make.obstacle(programme, "Roads")
    with pytest.raises(obstacles.ObstacleRefused):
        make.obstacle(programme, "Roads")


def test_unanswered_ones_are_warned_of_until_something_answers_them(programme) -> None:
    user = people.delivery_unit()
    first = make.obstacle(programme, "Roads")
    assert obstacle_selectors.warned(user, ON, programme).worst == [first]
    obstacles.mark_answered(obstacle=first, **BY)
    obstacles.mark_answered(obstacle=first, **BY)
    assert obstacle_selectors.warned(user, ON, programme).unanswered == 0
    assert Event.objects.filter(verb="obstacle.answered").count() == 1


def test_a_lab_is_warned_of_its_own_its_area_s_and_the_programme_s_obstacles() -> None:
    lab = make_labs.open_lab()
    programme = lab.area.programme
    other = make_labs.open_lab(make_labs.AreaFactory(programme=programme), title="Other")
    make.obstacle(programme, "Everywhere")
    make.obstacle(programme, "In the area", area=lab.area)
    make.obstacle(programme, "In the lab", lab=lab)
    make.obstacle(programme, "Elsewhere", lab=other)
    found = obstacle_selectors.warned(people.delivery_unit(), ON, programme, lab)
    assert [each.title for each in found.worst] == ["Everywhere", "In the area", "In the lab"]


# Recommendations


def test_done_asks_for_evidence_and_declined_for_a_reason(programme) -> None:
    what = make.recommendation(programme)
    for state in ("done", "declined"):
        with pytest.raises(recommendations.RecommendationRefused):
            recommendations.set_state(recommendation=what, state=state, **BY)
    done = recommendations.set_state(recommendation=what, state="done", basis="The study", **BY)
    assert (done.state, done.basis) == ("done", "The study")


def test_a_status_set_from_an_old_page_is_refused(programme) -> None:
    what = make.recommendation(programme)
    seen = type(what).objects.get(pk=what.pk)
    recommendations.set_state(recommendation=what, state="accepted", **BY)
    with pytest.raises(recommendations.RecommendationMoved):
        recommendations.set_state(recommendation=seen, state="declined", reason="No", **BY)


# Money


def test_an_allocation_never_exceeds_what_is_left_of_its_source(programme) -> None:
    source = make.source(programme, "100")
    make.decided(source, "70")
    with pytest.raises(funding.OverSource) as refused:
        make.allocation(source, "30.01")
    assert "MYR\xa030 " in refused.value.fields["amount"]
    assert make.allocation(source, "30").decision is None


def test_two_proposals_may_compete_and_only_what_fits_is_decided(programme) -> None:
    source = make.source(programme, "100")
    first = make.allocation(source, "70", purpose="One")
    second = make.allocation(source, "70", purpose="Two")
    decision = make.decided(make.source(programme, "1", name="Other"), "1").decision
    funding.decide(allocation=first, decision=decision, **BY)
    with pytest.raises(funding.OverSource):
        funding.decide(allocation=second, decision=decision, **BY)
    with pytest.raises(funding.AlreadyDecided):
        funding.decide(allocation=first, decision=decision, **BY)
    assert Allocation.objects.filter(decision=None).get() == second


def test_a_lost_allocation_takes_nothing_of_the_source(programme) -> None:
    source = make.source(programme, "100")
    make.decided(source, "100", outcome="lost")
    assert make.decided(source, "100", purpose="Again").decision.outcome == "carried"


def test_transfers_never_exceed_their_allocation(programme) -> None:
    what = make.decided(make.source(programme), "40")
    transfers.record(allocation=what, amount=Decimal(30), **DAY, **BY)
    with pytest.raises(transfers.OverAllocation) as refused:
        transfers.record(allocation=what, amount=Decimal("10.01"), on=ON, reference="V-2", **BY)
    assert "MYR\xa010 " in refused.value.fields["amount"]


def test_nothing_is_transferred_before_a_decision_or_twice(programme) -> None:
    source = make.source(programme)
    with pytest.raises(transfers.NotAllotted):
        transfers.record(allocation=make.allocation(source), amount=Decimal(1), **DAY, **BY)
    what = make.decided(source, "10", purpose="Other")
    transfers.record(allocation=what, amount=Decimal(1), **DAY, **BY)
    with pytest.raises(funding.FundingRefused) as refused:
        transfers.record(allocation=what, amount=Decimal(1), **DAY, **BY)
    assert "already" in str(refused.value.fields["reference"])


def test_a_source_does_not_shrink_below_what_is_set_aside(programme) -> None:
    source = make.source(programme, "100")
    make.decided(source, "40")
    with pytest.raises(funding.FundingRefused):
        funding.set_amount(source=source, amount=Decimal("39"), reason="Less oil", **BY)
    assert funding.set_amount(source=source, amount=Decimal(40), reason="Less", **BY).amount == 40


def test_a_transfer_from_an_engine_to_the_bottom_lifts_the_flag() -> None:
    plan = make_labs.plan_in_force()
    draft = make_labs.revision_of(plan)
    key = make_labs.key_of(plan, "More patrols")
    make_labs.revisions.edit(
        revision=draft,
        part="initiative",
        key=key,
        fields={"pathway": "bottom_up"},
        reason="So",
        **BY,
    )
    make_labs.adopt(make_labs.tested(draft))
    programme = plan.lab.area.programme
    source = make.source(programme, pathway="top_down")
    assert funding_selectors.reaches_bottom(programme) is False
    what = make.decided(source, plan=plan, initiative_key=key)
    moved = transfers.record(allocation=what, amount=Decimal(5), **DAY, **BY)
    assert (moved.from_pathway, moved.to_pathway) == ("top_down", "bottom_up")
    assert funding_selectors.reaches_bottom(programme) is True


def test_totals_stand_per_currency(programme) -> None:
    make.decided(make.source(programme, "100"), "40")
    make.source(programme, "7", name="Donor", currency="USD")
    found = funding_selectors.totals(programme)
    assert (found["MYR"].allotted, found["MYR"].free) == (40, 60)
    assert found["USD"].source == 7


# Windows


def test_dates_of_a_window_out_of_order_are_refused(programme) -> None:
    with pytest.raises(windows.WindowRefused) as refused:
        make.window(programme, closes_on=datetime.date(2017, 1, 1))
    assert set(refused.value.fields) == {"closes_on"}


def test_a_later_closing_day_is_told_of_anew(programme) -> None:
    window = make.window(programme)
    type(window).objects.filter(pk=window.pk).update(alerted_at=make.AT)
    window.refresh_from_db()
    given = {n: getattr(window, n) for n in ("title", "text", "opens_on", "pays_off_on")}
    same = windows.change(window=window, **given, closes_on=window.closes_on, alert_days=5, **BY)
    assert same.alerted_at is not None
    later = windows.change(
        window=window, **given, closes_on=datetime.date(2020, 1, 1), alert_days=5, **BY
    )
    assert later.alerted_at is None


# Bargains


def test_a_bargain_keeps_every_round_until_it_ends(programme) -> None:
    industry, petrobras = make_labs.OrganisationFactory(), make_labs.OrganisationFactory()
    bargain = make.bargain(programme)
    with pytest.raises(bargains.BargainRefused):
        bargains.agree(bargain=bargain, value=Decimal(45), **BY)
    make.round_of(bargain, industry, "asked", "50")
    make.round_of(bargain, petrobras, "offered", "40")
    with pytest.raises(bargains.BargainRefused):
        make.round_of(bargain, petrobras, "offered", "40")
    agreed = bargains.agree(bargain=bargain, value=Decimal(45), **BY)
    assert agreed.agreed == 45
    rounds = [(each.kind, int(each.value)) for each in bargain_selectors.rounds(bargain)]
    assert rounds == [("asked", 50), ("offered", 40)]
    for act in (
        lambda: make.round_of(bargain, industry, "asked", "48"),
        lambda: bargains.break_off(bargain=bargain, because="Late", **BY),
    ):
        with pytest.raises(bargains.BargainEnded):
            act()


def test_breaking_off_asks_why(programme) -> None:
    bargain = make.bargain(programme)
    with pytest.raises(bargains.BargainRefused):
        bargains.break_off(bargain=bargain, because=" ", **BY)
    assert bargains.break_off(bargain=bargain, because="Too far apart", **BY).agreed is None


# Acts


def test_an_act_is_kept_once_per_council_and_reference(programme) -> None:
    make.act(programme)
    with pytest.raises(council_acts.ActRefused) as refused:
        make.act(title="Another")
    assert set(refused.value.fields) == {"reference"}
    assert make.act(council="Other council").reference == "CMC 12/08"


def test_an_act_of_tomorrow_is_refused() -> None:
    with pytest.raises(council_acts.ActRefused) as refused:
        make.act(dated=make.AT.date() + datetime.timedelta(days=1))
    assert set(refused.value.fields) == {"dated"}


# Coverage


def test_coverage_counts_what_is_in_force_and_names_the_gaps() -> None:
    make.lists()
    plan = make_labs.plan_in_force()
    draft = make_labs.revision_of(plan)
    from labs.models import ReferenceItem

    def pk(of: str, code: str) -> str:
        return str(ReferenceItem.objects.get(list=of, code=code, country="").pk)

    make_labs.revisions.edit(
        revision=draft,
        part="initiative",
        key=make_labs.key_of(plan, "More patrols"),
        fields={
            "instrument": pk("instrument", "credit"),
            "target_group": pk("target_group", "small-firms"),
        },
        reason="So",
        **BY,
    )
    user, programme = people.delivery_unit(), plan.lab.area.programme
    assert [str(each) for each in coverage.of(programme, user, ON).missing][0] == "Credit"
    make_labs.adopt(make_labs.tested(draft))
    found = coverage.of(programme, user, ON)
    assert [each.code for each in found.missing] == ["training", "export-development", "innovation"]
    gaps = {name: [each.code for each in missing] for name, missing in found.gaps}
    assert "credit" in gaps["Micro firms"]
    assert "credit" not in gaps["Small firms"]


# Closed programmes


def test_nothing_is_added_to_a_closed_programme(programme) -> None:
    source, bargain = make.source(programme), make.bargain(programme)
    what, obstacle = make.decided(source), make.obstacle(programme, "Roads")
    programmes.close(programme=programme, because="Done", **BY)
    for row in (source, bargain, obstacle):
        row.programme.refresh_from_db()
    what.source.programme.refresh_from_db()
    side = make_labs.OrganisationFactory()
    for act in (
        lambda: make.obstacle(programme, "Ports"),
        lambda: obstacles.move(obstacle=obstacle, up=True, **BY),
        lambda: make.recommendation(programme),
        lambda: make.source(programme, name="More"),
        lambda: make.allocation(source),
        lambda: transfers.record(allocation=what, amount=Decimal(1), **DAY, **BY),
        lambda: make.window(programme),
        lambda: make.bargain(programme),
        lambda: make.round_of(bargain, side, "asked", "1"),
    ):
        with pytest.raises(programmes.ProgrammeClosed):
            act()
    assert Obstacle.objects.count() == 1
