"""The paths promised: every version told, one drawn beside today's."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Kpi, Trajectory
from kpis.selectors.pages import paths as pages
from kpis.services import drafts
from labs.models import Plan, Revision
from labs.services import programmes
from reviews.services import adoptions
from tests.factories import kpis as make
from tests.factories import labs, people

pytestmark = pytest.mark.django_db
BY = {"by": make.BY, "at": make.AT}
EVENLY = {"method": "linear", "baseline": "50", "baseline_on": "2010-12-31"}
STEPS = {"method": "steps", "baseline": None, "baseline_on": None}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The business time is that of the factories: 17 April 2019."""
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def plan() -> Plan:
    return labs.draft_plan()


@pytest.fixture
def kpi(plan: Plan) -> Kpi:
    key = labs.open_draft(plan).changes.filter(part="goal", field="title").get().key
    owner, verifier = people.PostFactory(), people.PostFactory()
    return make.kpi(plan.lab.area, goal_key=key, owner=owner, verifier=verifier)


def revise(plan: Plan, draft: Revision, kpi: Kpi, path, *asked, year: int) -> Revision:
    """Targets by year and a path, adopted in a year."""
    at = datetime.datetime(year, 3, 12, 2, 0, tzinfo=datetime.UTC)
    series = make.total(kpi)
    drafts.propose_targets(
        revision=draft,
        series=series,
        proposals=[
            drafts.Proposal(
                make.period(series, when), {"value": value, "high": None, "baseline": None}
            )
            for when, value in asked
        ],
        path=drafts.PathProposal(path),
        reason="Agreed in the lab",
        **BY,
    )
    decision = labs.decide(labs.put(labs.tested(draft)))
    draft.refresh_from_db()
    made = adoptions.adopt(revision=draft, decision=decision, by=make.BY, at=at)
    plan.refresh_from_db()
    return made


@pytest.fixture
def promised(plan: Plan, kpi: Kpi) -> tuple[Revision, Revision]:
    """In 2010 an even path to 100 in 2020; since 2015 steps to 80."""
    first = revise(plan, labs.open_draft(plan), kpi, EVENLY, ("2020", "100"), year=2010)
    second = revise(
        plan, labs.revision_of(plan), kpi, STEPS, ("2018", "70"), ("2020", "80"), year=2015
    )
    make.reading(make.total(kpi), "2018", "60")
    return first, second


@pytest.fixture
def reader(client):
    user = people.delivery_unit()
    client.force_login(user)
    return user


def page(client, kpi: Kpi, query: str = "") -> str:
    response = client.get(f"/kpis/{kpi.code}/paths/{query}")
    assert response.status_code == 200
    return " ".join(response.text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_every_version_is_told_newest_first(kpi, promised):
    found = pages.page(make.total(kpi), make.AT, "")
    assert [(each.at.year, each.path.method) for each in found.versions] == [
        (2015, "steps"),
        (2010, "linear"),
    ]
    assert found.now.revision == promised[1]
    assert found.then is None
    assert [[float(p.low) for p in each.path.points] for each in found.versions] == [
        [70, 80],
        [100],
    ]


@pytest.mark.parametrize("text", ["2010", "2014"])
def test_the_path_promised_in_a_year_is_the_one_in_force_at_its_end(kpi, promised, text):
    assert pages.page(make.total(kpi), make.AT, text).then.revision == promised[0]


@pytest.mark.parametrize("text", ["2015", "2009", "r0", "nonsense"])
def test_the_path_in_force_and_what_never_was_stand_beside_nothing(kpi, promised, text):
    assert pages.page(make.total(kpi), make.AT, text).then is None


def test_period_by_period_both_paths_and_the_value(client, reader, kpi, promised):
    found = pages.page(make.total(kpi), make.AT, f"r{promised[0].pk}")
    lines = {line.start.year: line for line in found.lines}
    assert (float(lines[2018].now.low), float(lines[2018].then.low)) == (70, 90)
    assert lines[2018].moved == -20
    assert lines[2018].reading.value == 60
    assert lines[2010].then.is_start
    text = page(client, kpi, f"?promised=r{promised[0].pk}")
    assert "90 cases" in text
    assert "−20" in text
    assert "50 cases (baseline)" in text
    assert "2010: revision" in text
    assert f"promised=r{promised[0].pk}" in text


def test_the_chart_draws_both(client, reader, kpi, promised):
    plain = client.get(f"/kpis/{kpi.code}/chart.svg").text
    both = client.get(f"/kpis/{kpi.code}/chart.svg?promised=2010").text
    assert "Today's path" in plain.replace("&#x27;", "'").replace("&apos;", "'")
    assert "Promised 2010" not in plain
    assert "Promised 2010" in both


def test_targets_loaded_from_outside_are_a_version_too(client, reader):
    kpi = make.kpi()
    make.target(make.total(kpi), "2020", "80")
    [only] = pages.page(make.total(kpi), make.AT, "").versions
    assert (only.is_now, only.source, only.path.method) == (True, "Roadmap", "points")
    assert "loaded on" in page(client, kpi)


def test_a_restricted_plan_is_not_named(client, plan, kpi, promised):
    plan.lab.restricted_to.add(labs.LabForumFactory())
    reading = people.OrganisationFactory()  # has no seat in the lab
    programmes.add_reader(programme=kpi.area.programme, organisation=reading, **BY)
    client.force_login(people.ministry_officer(reading))
    text = page(client, kpi, "?promised=2010")
    assert "2010: by a restricted plan" in text
    assert promised[0].title not in text
    assert f"/revisions/{promised[0].pk}/" not in text


def test_a_series_without_targets_says_so(client, reader):
    assert "No target is set." in page(client, make.kpi())


def test_queries_do_not_grow_with_versions(client, reader, plan, kpi, promised):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page(client, kpi, "?promised=2010")
        return len(found)

    queries()
    few = queries()
    for year in (2016, 2017, 2018):
        way = {**EVENLY, "baseline": str(year - 1980)}
        revise(plan, labs.revision_of(plan), kpi, way, ("2020", str(year - 1900)), year=year)
    assert Trajectory.objects.count() == 5
    assert queries() <= few
