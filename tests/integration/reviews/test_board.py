"""The board, the desk and the agenda: what they show, to whom, at a constant price."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forums.services import actions
from kpis.models import Kpi
from labs.models import ProgrammeReader
from people.models import User
from reviews.models import Review
from reviews.selectors import agenda as agendas
from reviews.selectors import board as boards
from reviews.selectors import desk as desks
from reviews.services import disputes
from tests.factories import forums as make_forums
from tests.factories import kpis as make_kpis
from tests.factories import reviews as make
from tests.factories.forums import held_post, person_in
from tests.factories.people import actor, auditor, outsider

pytestmark = pytest.mark.django_db


def queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def busy(where: make.Place, count: int) -> None:
    """``count`` more KPIs off track with reviews, proposals, actions, values to verify."""
    for _ in range(count):
        kpi = make_kpis.kpi(
            where.area,
            rules_from="",
            direction="decrease",
            owner=where.owner,
            verifier=where.verifier,
            name=f"KPI {Kpi.objects.count()}",
            reporting_from=datetime.date(2017, 1, 1),
        )
        series = make_kpis.total(kpi)
        make_kpis.target(series, "2018", "50", baseline="100")
        make_kpis.reading(series, "2018", "90", by=actor(where.owner_user, where.owner))
        part = make_kpis.cell(kpi, "region=north")
        make_kpis.target(part, "2018", "50", baseline="100")
        make_kpis.reading(part, "2018", "95")
        actions.open(
            title="Do it",
            owner=where.owner,
            due_on=make.ON,
            verifier=where.verifier,
            decision=None,
            by=actor(),
            at=make.BEFORE,
        )
    make.sweep()
    for review in Review.objects.filter(state="open", proposals=None):
        make.propose(review)


def test_the_board_shows_the_status_of_each_kpi_and_counts_its_parts() -> None:
    where = make.place()
    busy(where, 1)
    (area,) = boards.board(where.unit, where.programme, make.ON).areas
    (row,) = area.kpis
    assert (row.status, row.parts_off, row.parts) == ("off_track", 1, 1)
    assert row.review_id == Review.objects.get().pk
    assert area.off == 1


def test_the_board_lists_deviations_by_age_grouped_by_subject() -> None:
    where = make.place()
    busy(where, 1)
    found = boards.board(where.unit, where.programme, make.ON + datetime.timedelta(days=3))
    assert found.deviation_count == 2
    (row,) = found.deviations
    assert (row.count, row.days) == (2, 3)


def test_a_kpi_without_values_is_on_the_board() -> None:
    where = make.place()
    make_kpis.kpi(where.area, rules_from="")
    (area,) = boards.board(where.unit, where.programme, make.ON).areas
    assert [row.status for row in area.kpis] == ["not_due"]


def test_nothing_costs_more_with_twice_the_rows(client: Client, today: None) -> None:
    where = make.place()
    busy(where, 10)
    ten = costs(where, client)
    busy(where, 10)
    assert costs(where, client) == ten
    assert len(desks.desk(fresh(where.owner_user), make.ON).reviews) == 20


def costs(where: make.Place, client: Client) -> dict[str, int]:
    """How many queries the board, the desk and the pages with lists take."""
    unit, owner = where.unit, where.owner_user
    found = {
        "board": queries(lambda: boards.board(fresh(unit), where.programme, make.ON)),
        "desk": queries(lambda: desks.desk(fresh(owner), make.ON)),
    }
    agenda = f"/forums/{where.home.pk}/agenda/"
    for page, user in {"/": unit, "/desk/": owner, "/reviews/": owner, agenda: unit}.items():
        client.force_login(user)
        assert client.get(page).status_code == 200
        found[page] = queries(lambda page=page: client.get(page))
    return found


def fresh(user: User) -> User:
    """The user as a new request sees them: nothing read yet."""
    return User.objects.get(pk=user.pk)


def test_the_desk_of_the_owner() -> None:
    where = make.place()
    busy(where, 1)
    found = desks.desk(where.owner_user, make.ON)
    assert len(found.reviews) == 1
    assert len(found.actions) == 1
    assert found.readings == []


def test_the_desk_of_the_chair_lists_reviews_until_a_motion_is_put(opened) -> None:
    review, draft = opened
    chair = person_in(draft.place.home.chair)
    assert [row.pk for row in desks.desk(chair, make.ON).to_decide] == [review.pk]
    make.propose(review)
    found = desks.desk(fresh(chair), make.ON)
    assert (found.to_decide, len(found.motions)) == ([], 1)


def test_the_desk_of_the_verifier_leaves_out_what_they_entered() -> None:
    where = make.place()
    busy(where, 1)
    verifier = person_in(where.verifier)
    assert len(desks.desk(verifier, make.ON).readings) == 2
    make_kpis.reading(
        make_kpis.total(Kpi.objects.get()), "2017", "60", by=actor(verifier, where.verifier)
    )
    assert len(desks.desk(verifier, make.ON).readings) == 2


def test_the_desk_of_a_member_and_of_the_secretary() -> None:
    where = make.place()
    busy(where, 1)
    member = person_in(make_forums.core(where.home)[0])
    assert len(desks.desk(member, make.ON).motions) == 1
    secretary = person_in(where.home.secretary)
    found = desks.desk(secretary, make.ON)
    assert (len(found.motions), len(found.minutes)) == (0, 1)


def owing(where: make.Place, **fields: object) -> Kpi:
    """A KPI whose values are owed from 2017 on."""
    given = {
        "owner": where.owner,
        "reporting_from": datetime.date(2017, 1, 1),
        "effective_from": datetime.date(2017, 1, 1),
    }
    return make_kpis.kpi(where.area, rules_from="", **{**given, **fields})


def test_a_missing_value_is_on_the_desk() -> None:
    where = make.place()
    series = make_kpis.total(owing(where))
    make_kpis.reading(series, "2017", "1")
    (row,) = desks.desk(where.owner_user, make.ON).values
    assert (row.period_start.year, row.is_missing, row.series) == (2018, True, 1)


def test_a_value_due_soon_is_on_the_desk_before_it_is_late() -> None:
    where = make.place()
    series = make_kpis.total(owing(where, reporting_days=100))
    make_kpis.reading(series, "2017", "1")
    (row,) = desks.desk(where.owner_user, make.ON).values
    assert not row.is_missing
    assert row.due_on > make.ON


def test_a_kpi_without_an_effect_date_owes_from_when_reporting_began() -> None:
    where = make.place()
    owing(where, effective_from=None, reporting_from=datetime.date(2018, 1, 1))
    assert len(desks.desk(where.owner_user, make.ON).values) == 1


def test_parts_of_a_kpi_are_one_line_on_the_desk() -> None:
    where = make.place()
    kpi = owing(where)
    for key in ("total", "region=north", "region=south"):
        make_kpis.reading(make_kpis.cell(kpi, key), "2017", "1")
    (row,) = desks.desk(where.owner_user, make.ON).values
    assert (row.series, row.cell) == (3, "")


def test_a_desk_with_nothing_is_empty() -> None:
    assert desks.desk(outsider(), make.ON).is_empty


def test_the_agenda_of_the_home_forum() -> None:
    where = make.place()
    busy(where, 2)
    found = agendas.agenda(person_in(where.home.chair), where.home, make.AT)
    assert (len(found.reviews), len(found.motions)) == (2, 2)
    assert not found.is_empty


def test_restricted_things_are_counted_and_not_named() -> None:
    where = make.place()
    busy(where, 1)
    kpi = Kpi.objects.get()
    kpi.restricted_to.add(where.steering)
    reader = person_in(held_post("Officer"))
    ProgrammeReader.objects.create(programme=where.programme, user=reader)
    found = boards.board(reader, where.programme, make.ON)
    assert (found.areas[0].kpis, found.areas[0].hidden) == ([], 1)
    assert found.deviations == []
    assert boards.board(auditor(), where.programme, make.ON).areas[0].hidden == 0
    member = person_in(make_forums.core(where.steering)[0])
    assert boards.board(member, where.programme, make.ON).areas[0].hidden == 0


def test_a_dispute_is_on_the_board_and_on_the_agenda_of_its_tier() -> None:
    where = make.place()
    other = held_post("Director").organisation
    dispute = disputes.open(
        title="Who pays",
        about="resource",
        question="Who pays for the shift?",
        kpi=make_kpis.kpi(where.area, rules_from=""),
        parties=[where.ministry, other],
        by=actor(where.owner_user, where.owner),
        at=make.AT,
    )
    found = boards.board(where.unit, where.programme, make.ON)
    assert [row.pk for row in found.disputes] == [dispute.pk]
    forum = dispute.tiers.get(number=dispute.tier).forum
    chair = person_in(forum.chair)
    assert [row.pk for row in agendas.agenda(chair, forum, make.AT).disputes] == [dispute.pk]


def test_kpis_without_a_target_are_folded_away_and_counted(client: Client, today: None) -> None:
    where = make.place()
    busy(where, 1)
    quiet = owing(where, name="Calls answered", reporting_from=None, effective_from=None)
    make_kpis.history(make_kpis.total(quiet), "2017-01-01", ["5", "6"])
    make.sweep()
    (area,) = boards.board(where.unit, where.programme, make.ON).areas
    assert [row.status for row in area.shown] == ["off_track"]
    assert [row.kpi for row in area.without_target] == [quiet]
    client.force_login(where.unit)
    assert "1 without a target" in client.get("/").content.decode()


def test_the_worst_comes_first() -> None:
    where = make.place()
    make_kpis.kpi(where.area, rules_from="", name="A first by name")
    calm = Kpi.objects.get().area
    busy(where, 1)
    areas = boards.board(where.unit, where.programme, make.ON).areas
    assert [row.status for row in areas[0].kpis] == ["off_track", "no_target"]
    calm.pk, calm.name = None, "A calm area"
    calm.save()
    assert [row.area.name for row in boards.board(where.unit, where.programme, make.ON).areas] == [
        where.area.name,
        "A calm area",
    ]
