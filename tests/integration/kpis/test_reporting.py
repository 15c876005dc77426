"""Who has not reported: by organisation and cycle, to whom which, in the same number of queries."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Kpi
from kpis.services import kpis, locks
from labs.models import Programme, ProgrammeReader, ResultArea
from ledger.rules.cells import safe
from people.models import Organisation, User
from tests.factories import forums, people
from tests.factories import kpis as make
from tests.factories import labs as make_labs

pytestmark = pytest.mark.django_db
MONTHLY = {"frequency": "monthly", "reporting_days": 5}  # March is due on Friday 5 April
SINCE = datetime.date(2019, 1, 1)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """17 April 2019: eight working days after 5 April."""
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def area() -> ResultArea:
    return make_labs.AreaFactory(programme=make_labs.ProgrammeFactory(code="a", country=""))


def officer(name: str) -> User:
    return people.ministry_officer(Organisation.objects.create(name=name, short_name=name))


def owed(area: ResultArea, owner: User, **fields) -> Kpi:
    given = {"reporting_from": SINCE, "owner": people.post_of(owner), **MONTHLY, **fields}
    return make.kpi(area, **given)


def page(client, **query: str):
    return client.get("/reporting/", query).context["page"]


@pytest.fixture
def health(area: ResultArea) -> User:
    """Owes March of three KPIs: one is here, one provisional, one never was."""
    user = officer("Health")
    done, waits, _never = owed(area, user), owed(area, user), owed(area, user)
    make.reading(make.total(done), "2019-03", "1")
    make.reading(make.total(waits), "2019-03", "1", state="provisional")
    return user


def test_counts_of_the_newest_cycle_that_is_due(client, area, health):
    client.force_login(people.delivery_unit())
    (row,) = page(client).rows
    assert (row.name, row.owed, row.reported, row.provisional) == ("Health", 3, 2, 1)
    assert (row.late, row.worst, row.not_due, row.never) == (1, 8, 0, 1)


def test_not_due_yet_is_not_late(client, area, health):
    owed(area, health, reporting_days=20)  # March is due on 29 April
    client.force_login(people.delivery_unit())
    (row,) = page(client).rows
    assert (row.owed, row.late, row.not_due) == (4, 1, 1)


def test_another_cycle_can_be_chosen(client, area, health):
    client.force_login(people.delivery_unit())
    february = page(client, cycle="2019-02-01/2019-02-28")
    assert (february.total.owed, february.total.late, february.total.worst) == (3, 3, 29)
    assert page(client, cycle="2018-12-01/2018-12-31").total.owed == 0  # before reporting began
    assert page(client, cycle="nonsense").total.owed == 3


def test_each_frequency_has_its_own_newest_cycle(client, area, health):
    owed(area, health, frequency="yearly", reporting_from=datetime.date(2017, 1, 1))
    client.force_login(people.delivery_unit())
    found = page(client)
    assert {(each.frequency, each.period.start.isoformat()) for each in found.shown} == {
        ("monthly", "2019-03-01"),
        ("yearly", "2018-01-01"),
    }
    assert found.total.owed == 4


def test_nothing_is_owed_by_what_ended_or_has_not_begun_or_is_worked_out(client, area, health):
    kpis.retire(kpi=Kpi.objects.order_by("pk")[0], reason="Over", by=make.BY, at=make.AT)
    owed(area, health, effective_from=datetime.date(2020, 1, 1))
    composite = owed(area, health)
    composite.definitions.update(composition="sum")
    client.force_login(people.delivery_unit())
    assert page(client).total.owed == 2
    Programme.objects.update(closed_at=make.AT, closed_because="Over")
    assert page(client).programmes == []


def test_what_is_locked_is_not_asked_for_and_counts_where_it_came(client, area, health):
    locks.lock(
        programme=area.programme,
        first=datetime.date(2019, 3, 1),
        last=datetime.date(2019, 3, 31),
        reason="Printed",
        by=make.BY,
        at=make.AT,
    )
    client.force_login(people.delivery_unit())
    assert (page(client).total.owed, page(client).total.late) == (2, 0)


def test_a_part_of_a_breakdown_owes_as_the_total_does(client, area, health):
    make.cell(Kpi.objects.first(), "region=north")
    client.force_login(people.delivery_unit())
    assert page(client).total.owed == 4


class TestWhoSeesWhat:
    @pytest.fixture
    def works(self, area: ResultArea) -> User:
        user = officer("Works")
        owed(area, user)
        return user

    def test_a_ministry_sees_its_own(self, client, area, health, works):
        area.lead = people.post_of(works).organisation
        area.save()
        client.force_login(works)
        assert [row.name for row in page(client).rows] == ["Works"]

    def test_readers_of_the_programme_see_all_of_it(self, client, area, health, works):
        reader = people.UserFactory()
        ProgrammeReader.objects.create(programme=area.programme, user=reader)
        client.force_login(reader)
        assert {row.name for row in page(client).rows} == {"Health", "Works"}

    def test_members_of_the_home_forum_see_all_of_it(self, client, area, health, works):
        forum = forums.make_forum("Council")
        area.home_forum = forum
        area.save()
        client.force_login(forums.person_in(forum.chair))
        assert {row.name for row in page(client).rows} == {"Health", "Works"}

    def test_outsiders_see_none(self, client, area, health):
        client.force_login(people.outsider())
        response = client.get("/reporting/")
        assert (response.status_code, response.context["page"].rows) == (200, [])

    def test_restricted_kpis_are_counted_and_not_named(self, client, area, health):
        secret = owed(area, health, name="Cases of zirconium", code="zirconium")
        kpis.restrict(kpi=secret, forums=[forums.make_forum("S")], by=make.BY, at=make.AT)
        kpis.assign(kpi=secret, owner=None, verifier=None, by=make.BY, at=make.AT)
        area.lead = people.post_of(health).organisation
        area.save()
        client.force_login(people.administrator())
        response = client.get("/reporting/", {"organisation": str(area.lead_id)})
        assert response.context["page"].total.owed == 4
        assert "zirconium" not in response.text
        assert "1 value of a restricted KPI is counted and not named." in response.text
        assert "zirconium" not in body(client.get("/reporting/reporting.csv"))


def body(response) -> str:
    return b"".join(response.streaming_content).decode()


def test_values_of_an_organisation_are_listed_the_latest_first(client, area, health):
    client.force_login(people.delivery_unit())
    response = client.get(
        "/reporting/", {"organisation": str(people.post_of(health).organisation_id)}
    )
    lines = response.context["lines"].object_list
    assert [each.item.state for each in lines] == ["late", "reported"]
    assert "never reported" in response.text


def test_csv_has_a_line_per_value_and_no_formula(client, area, health):
    kpi = owed(area, health, name="=HYPERLINK(1)")
    make.reading(make.total(kpi), "2019-03", "1")
    client.force_login(people.delivery_unit())
    response = client.get("/reporting/reporting.csv", {"programme": "a"})
    rows = list(csv.DictReader(io.StringIO(body(response).removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert "'=HYPERLINK(1)" in {row["name"] for row in rows}
    late = next(row for row in rows if row["working_days_late"])
    assert (late["due"], late["working_days_late"], late["never_reported"]) == (
        "2019-04-05",
        "8",
        "yes",
    )


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_calculate_is_made_harmless(text):
    assert safe(text) == f"'{text}"
    assert safe(f"a{text}") == f"a{text}"


def test_ten_times_the_kpis_cost_the_same_queries(client, area, health):
    client.force_login(people.delivery_unit())
    query = {"organisation": str(people.post_of(health).organisation_id)}
    client.get("/reporting/", query)
    with CaptureQueriesContext(connection) as few:
        client.get("/reporting/", query)
    other = officer("Works")
    for n in range(30):
        owed(area, health if n % 2 else other)
    with CaptureQueriesContext(connection) as many:
        client.get("/reporting/", query)
    assert len(many) == len(few)


class TestRemindNow:
    def test_delivery_unit_reminds_and_not_twice_a_day(self, client, area, health):
        client.force_login(people.delivery_unit())
        data = {"programme": "a", "organisation": ""}
        assert "1 post is reminded." in client.post("/reporting/remind/", data, follow=True).text
        assert "Nobody was reminded" in client.post("/reporting/remind/", data, follow=True).text

    def test_others_do_not(self, client, area, health):
        client.force_login(health)
        assert client.post("/reporting/remind/", {"programme": "a"}).status_code == 403
