"""Targets: from a source once, by a revision with its change, never edited."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpis.models import Target
from kpis.selectors import targets as selectors
from kpis.services import targets
from labs.services import revisions
from tests.factories import kpis as make
from tests.factories import labs

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def plan():
    return labs.draft_plan()


@pytest.fixture
def series(plan):
    return make.total(make.kpi(plan.lab.area))


def ask(draft, series, when, before, after, reason="Agreed in the lab"):
    revisions.set_target(
        revision=draft,
        series_key=series.key,
        period=str(make.period(series, when)),
        before=before,
        after=after,
        reason=reason,
        by=make.BY,
        at=labs.AT,
    )


def asked(value, high=None, baseline=None):
    return {"value": value, "high": high, "baseline": baseline}


def test_same_source_again_adds_nothing_and_another_value_is_refused(series):
    first = make.target(series, "2018", "45")
    assert make.target(series, "2018", "45") == first
    with pytest.raises(targets.TargetConflict):
        make.target(series, "2018", "46")
    with pytest.raises(targets.TargetConflict):
        make.target(series, "2018", "45", source="Another roadmap")


@pytest.mark.parametrize(
    ("direction", "value", "high"),
    [("context", "1", None), ("range", "1", None), ("range", "3", "2"), ("increase", "1", "2")],
)
def test_target_fits_the_direction(plan, direction, value, high):
    series = make.total(make.kpi(plan.lab.area, direction=direction))
    with pytest.raises(targets.TargetRefused):
        make.target(series, "2018", value, **({"high": high} if high else {}))


def test_revision_sets_targets_that_name_their_change(plan, series):
    draft = labs.open_draft(plan)
    ask(draft, series, "2018", None, asked("87", baseline="77"))
    ask(draft, series, "2019", None, asked("90.5"))
    revision = labs.adopt(draft)
    made = targets.apply(revision=revision, by=make.BY, at=labs.AT)
    assert [target.value for target in made] == [D(87), D("90.5")]
    assert made[0].change.revision == revision
    assert targets.apply(revision=revision, by=make.BY, at=labs.AT) == []
    assert Target.objects.count() == 2


def test_next_revision_closes_what_it_replaces_and_leaves_it_readable(plan, series):
    first = labs.open_draft(plan)
    ask(first, series, "2018", None, asked("87"))
    ask(first, series, "2019", None, asked("90"))
    targets.apply(revision=labs.adopt(first), by=make.BY, at=labs.AT)
    plan.refresh_from_db()
    second = revisions.start(
        plan=plan, title="Less", reason="Fewer classes", by=make.BY, at=labs.AT
    )
    now = selectors.in_force_by_key([series.key])
    before = now[series.key, str(make.period(series, "2018"))]
    assert before == asked("87")
    ask(second, series, "2018", before, asked("80"))
    ask(second, series, "2019", asked("90"), None)
    revision = labs.adopt(second)
    targets.apply(revision=revision, by=make.BY, at=labs.AT)
    assert [target.value for target in targets.in_force(series)] == [D(80)]
    old = Target.objects.get(value=87)
    assert old.until_change.revision == revision
    assert selectors.history([series.pk]).count() == 3


def test_stale_change_is_refused(plan, series):
    draft = labs.open_draft(plan)
    ask(draft, series, "2018", None, asked("87"))
    make.target(series, "2018", "45")
    with pytest.raises(targets.TargetStale):
        targets.apply(revision=labs.adopt(draft), by=make.BY, at=labs.AT)
    assert Target.objects.get().value == D(45)
