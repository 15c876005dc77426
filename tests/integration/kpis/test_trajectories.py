"""Paths to targets: from a source once, by a revision with its change, never edited."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kpis.models import Deviation, Series, Trajectory
from kpis.selectors import trajectories as selectors
from kpis.services import detection, drafts, targets, trajectories
from ledger.models import Event
from reviews.selectors import gate
from reviews.services import adoptions
from tests.factories import kpis as make
from tests.factories import labs, people

pytestmark = pytest.mark.django_db
D = Decimal
BY = {"by": make.BY, "at": make.AT}
EVENLY = {"method": "linear", "baseline": "54", "baseline_on": "2009-12-31"}
STEPS = {"method": "steps", "baseline": None, "baseline_on": None}
DAY = datetime.date(2009, 12, 31)


@pytest.fixture
def plan():
    return labs.draft_plan()


@pytest.fixture
def kpi(plan):
    key = labs.open_draft(plan).changes.filter(part="goal", field="title").get().key
    owner, verifier = people.PostFactory(), people.PostFactory()
    return make.kpi(plan.lab.area, goal_key=key, owner=owner, verifier=verifier)


@pytest.fixture
def series(kpi):
    return make.total(kpi)


def ask(draft, series, path, *asked, reason="Agreed in the lab"):
    """Targets by year and a path, in a draft."""
    proposals = [
        drafts.Proposal(
            make.period(series, year),
            None if value is None else {"value": value, "high": None, "baseline": None},
        )
        for year, value in asked
    ]
    return drafts.propose_targets(
        revision=draft,
        series=series,
        proposals=proposals,
        path=drafts.PathProposal(path),
        reason=reason,
        **BY,
    )


def adopt(draft):
    """Adoption as a carried decision brings it about, without the sitting."""
    decision = labs.decide(labs.put(labs.tested(draft)))
    draft.refresh_from_db()
    return adoptions.adopt(revision=draft, decision=decision, by=make.BY, at=labs.AT)


def from_source(series, **fields):
    given = {"method": "linear", "baseline": D(54), "baseline_on": DAY, "source": "Roadmap"}
    return trajectories.from_source(series=series, **{**given, **fields}, **BY)


def test_revision_brings_a_path_into_force_that_names_its_change(plan, series):
    draft = labs.open_draft(plan)
    ask(draft, series, EVENLY, ("2018", "70"), ("2019", "80"))
    revision = adopt(draft)
    path = selectors.in_force(series)
    assert (path.method, path.baseline, path.baseline_on) == ("linear", D(54), DAY)
    assert path.change.revision == revision
    assert [target.value for target in targets.in_force(series)] == [D(70), D(80)]
    assert targets.apply(revision=revision, **BY) == []
    assert Trajectory.objects.count() == 1
    assert Event.objects.get(verb="targets.applied").data["paths"] == 1


def test_next_revision_closes_the_path_and_leaves_it_readable(plan, series):
    draft = labs.open_draft(plan)
    ask(draft, series, EVENLY, ("2018", "70"))
    first = adopt(draft)
    plan.refresh_from_db()
    draft = labs.revision_of(plan)
    ask(draft, series, STEPS, reason="Schools open in autumn")
    second = adopt(draft)
    old, new = Trajectory.objects.order_by("pk")
    assert (old.change.revision, old.until_change.revision) == (first, second)
    assert (new.method, new.change.reason) == ("steps", "Schools open in autumn")
    plan.refresh_from_db()
    draft = labs.revision_of(plan)
    ask(draft, series, None)
    adopt(draft)
    assert selectors.in_force(series) is None
    assert [path.method for path in selectors.history([series.pk])] == ["steps", "linear"]


def test_path_alone_asks_for_detection_from_the_first_day_it_can_change(plan, series):
    make.target(series, "2012", "60")
    Series.objects.update(changed_at=None, changed_from=None)
    draft = labs.open_draft(plan)
    ask(draft, series, EVENLY)
    adopt(draft)
    series.refresh_from_db()
    assert series.changed_at is not None
    assert series.changed_from == DAY


def test_path_of_a_part_is_its_own(plan, kpi, series):
    north = make.cell(kpi, "region=north")
    draft = labs.open_draft(plan)
    ask(draft, series, EVENLY, ("2018", "70"))
    ask(draft, north, STEPS, ("2018", "60"))
    adopt(draft)
    assert selectors.in_force(series).method == "linear"
    assert selectors.in_force(north).method == "steps"


def test_adoption_is_refused_when_the_path_in_force_is_another(plan, series):
    draft = labs.open_draft(plan)
    ask(draft, series, STEPS, ("2018", "70"))
    from_source(series)
    with pytest.raises(trajectories.TrajectoryStale), transaction.atomic():
        adopt(draft)
    assert selectors.in_force(series).method == "linear"
    assert not targets.in_force(series).exists(), "all of a revision holds, or nothing"


def test_path_alone_is_no_target_for_the_gate(plan, series):
    draft = labs.open_draft(plan)
    ask(draft, series, EVENLY)
    assert "kpi_target" in {each.code for each in gate.missing(draft)}
    ask(draft, series, EVENLY, ("2018", "70"))
    assert "kpi_target" not in {each.code for each in gate.missing(draft)}


def test_same_source_again_adds_nothing_and_another_path_is_refused(series):
    first = from_source(series)
    assert from_source(series) == first
    with pytest.raises(trajectories.TrajectoryConflict):
        from_source(series, method="steps")
    with pytest.raises(trajectories.TrajectoryConflict):
        from_source(series, source="Another roadmap")
    assert Event.objects.filter(verb="trajectory.loaded").count() == 1


@pytest.mark.parametrize(
    "wrong", [{"method": "curve"}, {"baseline": None}, {"baseline_on": None}, {"source": " "}]
)
def test_path_that_says_nothing_clear_is_refused(series, wrong):
    with pytest.raises((trajectories.TrajectoryRefused, trajectories.sources.SourceRefused)):
        from_source(series, **wrong)


def test_kpi_for_context_has_no_path(plan):
    with pytest.raises(trajectories.TrajectoryRefused, match="context"):
        from_source(make.total(make.kpi(plan.lab.area, direction="context")))


def test_database_takes_no_path_that_names_nothing(series):
    with pytest.raises(IntegrityError):
        Trajectory.objects.create(series=series, method="linear", set_at=make.AT)


def test_baseline_lies_before_the_first_target_however_they_were_written(plan, series):
    draft = labs.open_draft(plan)
    late = EVENLY | {"baseline_on": "2018-12-31"}
    with pytest.raises(drafts.PathStartsLate):
        ask(draft, series, late, ("2018", "70"))
    ask(draft, series, late, ("2019", "80"))
    with pytest.raises(drafts.PathStartsLate):
        drafts.propose_targets(
            revision=draft,
            series=series,
            proposals=[
                drafts.Proposal(
                    make.period(series, "2017"), {"value": "60", "high": None, "baseline": None}
                )
            ],
            **BY,
        )


def test_year_between_baseline_and_target_is_judged_by_the_adopted_path(plan, series):
    make.reading(series, "2017", "55")
    detection.detect(at=make.AT)
    assert not Deviation.objects.filter(series=series).exists(), "nothing is asked of 2017"
    draft = labs.open_draft(plan)
    path = EVENLY | {"baseline_on": "2014-12-31"}
    ask(draft, series, path, ("2018", "80"))
    adopt(draft)
    detection.detect(at=make.AT)
    found = Deviation.objects.get(series=series, rule__kind="progress")
    assert found.first_signal.period_end == datetime.date(2017, 12, 31)


# On the page


@pytest.fixture
def unit(client):
    user = people.delivery_unit()
    client.force_login(user)
    return user


def test_path_is_written_with_the_targets_and_read_in_words(client, unit, plan, kpi, series):
    draft = labs.open_draft(plan)
    url = reverse("kpis:target_edit", args=[draft.pk, kpi.code])
    path = {"method": "linear", "path_baseline": "54", "baseline_of": "2009"}
    row = {"new0-period": "2012", "new0-value": "80"}
    assert client.post(url, path | row).status_code == 302
    assert draft.changes.get(field="path").after == EVENLY
    page = client.get(url)
    assert page.context["form"]["baseline_of"].value() == "2009"
    assert page.context["form"]["method"].value() == "linear"
    goal = client.get(reverse("kpis:goal", args=[draft.pk, kpi.goal_key])).text
    assert "Evenly from 54 in 2009" in goal
    assert "Nothing would change" in client.post(url, path).text


def test_half_a_baseline_is_refused_beside_its_field(client, unit, plan, kpi):
    url = reverse("kpis:target_edit", args=[labs.open_draft(plan).pk, kpi.code])
    form = client.post(url, {"method": "linear", "path_baseline": "54"}).context["form"]
    assert form.errors["baseline_of"]
    form = client.post(url, {"method": "linear", "baseline_of": "2009"}).context["form"]
    assert form.errors["path_baseline"]
    fields = {"method": "steps", "path_baseline": "5", "baseline_of": "in spring"}
    assert client.post(url, fields).context["form"].errors["baseline_of"]


def test_targets_posted_without_a_path_leave_it_as_it_is(client, unit, plan, kpi, series):
    draft = labs.open_draft(plan)
    ask(draft, series, EVENLY, ("2018", "70"))
    url = reverse("kpis:target_edit", args=[draft.pk, kpi.code])
    client.post(url, {"new0-period": "2020", "new0-value": "85"})
    assert draft.changes.get(field="path").after == EVENLY
    client.post(url, {"method": "points"})
    assert not draft.changes.filter(field="path").exists(), "back at what is in force: no path"
