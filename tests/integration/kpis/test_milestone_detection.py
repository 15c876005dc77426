"""Milestones deviate like KPIs: passed and not done, or moved again."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Deviation, Rule, Signal
from kpis.services import detection, deviations, rules
from labs.selectors import plans
from labs.services import milestones, programmes
from labs.services import revisions as revision_services
from tests.factories import kpis as make
from tests.factories import labs
from tests.factories.people import PostFactory, actor, holder

pytestmark = pytest.mark.django_db


def day(month: int, number: int) -> datetime.datetime:
    return datetime.datetime(2019, month, number, 4, 0, tzinfo=datetime.UTC)


@pytest.fixture
def owner():
    return holder(PostFactory())


@pytest.fixture
def plan(owner):
    from tests.factories.people import post_of

    plan = labs.draft_plan(milestones=1, owner=post_of(owner))
    labs.adopt(labs.open_draft(plan))
    rules.install_defaults(
        programme=plan.lab.area.programme,
        applies_from=datetime.date(2019, 1, 1),
        by=make.BY,
        at=make.AT,
    )
    plan.refresh_from_db()
    for kind in ("milestone_blocked", "milestone_unreported"):
        switch(plan, kind, enabled=False)
    return plan


def switch(plan, kind, **fields):
    """Set a rule on milestones anew."""
    rule = Rule.objects.get(programme=plan.lab.area.programme, kind=kind)
    given = {"parameters": {}, "severity": "ask", "reason": "As agreed", **fields}
    rules.change(rule=rule, applies_from=datetime.date(2019, 1, 1), by=make.BY, at=make.AT, **given)


def key_of(plan):
    (found,) = plans.content(plan).milestones
    return found


def report(plan, owner, at, state="on_course", **fields):
    return milestones.report(
        plan=plan,
        milestone_key=key_of(plan),
        state=state,
        by=actor(owner),
        at=at,
        **{
            "expected_finish": None,
            "blocked_by": "",
            "note": "",
            "done_evidence": "",
            **fields,
        },
    )


def run(at):
    counts = detection.detect_due(at=at)
    again = detection.detect_due(at=at)
    assert (again.signals, again.opened, again.extended, again.closed) == (0, 0, 0, 0)
    return counts


def test_passed_finish_opens_after_five_working_days_and_closes_when_done(plan, owner):
    assert run(day(5, 7)).opened == 0
    assert run(day(5, 8)).opened == 1
    deviation = Deviation.objects.get()
    assert (deviation.rule.kind, deviation.milestone_key, deviation.plan) == (
        "milestone_late",
        key_of(plan),
        plan,
    )
    assert run(day(5, 20)).opened == 0
    report(plan, owner, day(5, 21), state="done", done_evidence="Minutes of 20 May")
    assert run(day(5, 21)).closed == 1
    deviation.refresh_from_db()
    assert deviation.closed_as == "cleared"


def test_finish_moved_twice_opens_once(plan, owner):
    report(plan, owner, day(2, 4), expected_finish=datetime.date(2019, 5, 10))
    assert run(day(2, 4)).opened == 0
    report(plan, owner, day(3, 4), expected_finish=datetime.date(2019, 5, 20))
    assert run(day(3, 4)).opened == 1
    assert Deviation.objects.get().rule.kind == "milestone_moved"
    report(plan, owner, day(4, 4), expected_finish=datetime.date(2019, 5, 30))
    counts = run(day(4, 4))
    assert (counts.opened, counts.extended, Signal.objects.count()) == (0, 1, 2)


def test_decision_settles_what_was_found(plan, owner):
    run(day(5, 8))
    deviations.close(deviation=Deviation.objects.get(), by=make.BY, at=day(5, 9))
    assert run(day(5, 10)).opened == 0


def test_revision_that_moves_the_finish_closes_as_decided(plan, owner):
    run(day(5, 8))
    draft = revision_services.start(
        plan=plan, title="More time", reason="Land was late", by=make.BY, at=day(5, 9)
    )
    revision_services.edit(
        revision=draft,
        part="milestone",
        key=key_of(plan),
        fields={"finishes_on": "2019-08-01"},
        reason="Land was late",
        by=make.BY,
        at=day(5, 9),
    )
    labs.adopt(draft, at=day(5, 10))
    assert run(day(5, 10)).closed == 1
    assert Deviation.objects.get().closed_as == "decided"
    assert run(day(8, 20)).opened == 1


def test_milestone_that_leaves_the_plan_leaves_its_deviation_decided(plan, owner):
    run(day(5, 8))
    draft = revision_services.start(
        plan=plan, title="Drop it", reason="Not needed", by=make.BY, at=day(5, 9)
    )
    revision_services.remove(
        revision=draft,
        part="milestone",
        key=key_of(plan),
        reason="Not needed",
        by=make.BY,
        at=day(5, 9),
    )
    labs.adopt(draft, at=day(5, 10))
    assert run(day(5, 10)).closed == 1
    assert Deviation.objects.get().closed_as == "decided"


def test_blocked_for_ten_working_days_opens_and_closes_when_freed(plan, owner):
    switch(plan, "milestone_blocked", parameters={"working_days": 10}, severity="ask")
    report(plan, owner, day(2, 4), state="blocked", blocked_by="Land office")
    report(plan, owner, day(2, 11), state="blocked", blocked_by="Land office, still")
    assert run(day(2, 17)).opened == 0
    assert run(day(2, 18)).opened == 1
    deviation = Deviation.objects.get()
    evidence = deviation.first_signal.evidence
    assert (deviation.rule.kind, deviation.severity) == ("milestone_blocked", "ask")
    assert (evidence["blocked_by"], evidence["since"]) == ("Land office, still", "2019-02-04")
    report(plan, owner, day(2, 20))
    assert run(day(2, 20)).closed == 1


def test_not_reported_on_opens_and_each_report_starts_the_wait_anew(plan, owner):
    switch(plan, "milestone_unreported", parameters={"days": 35}, severity="ask")
    report(plan, owner, day(2, 1))
    assert run(day(3, 8)).opened == 0
    assert run(day(3, 9)).opened == 1
    evidence = Deviation.objects.get().first_signal.evidence
    assert (evidence["last_report"], evidence["due"]) == ("2019-02-01", "2019-03-08")
    report(plan, owner, day(3, 11))
    assert run(day(3, 11)).closed == 1
    assert run(day(4, 15)).opened == 0
    assert run(day(4, 16)).opened == 1


def test_queries_do_not_grow_with_the_milestones():
    counted = []
    for number in (1, 6):
        area = labs.AreaFactory(programme__country="MY")
        rules.install_defaults(
            programme=area.programme,
            applies_from=datetime.date(2019, 1, 1),
            by=make.BY,
            at=make.AT,
        )
        labs.plan_in_force(area, milestones=number)
        with CaptureQueriesContext(connection) as queries:
            detection.detect_due(at=make.AT)
        counted.append(len(queries))
        programmes.close(programme=area.programme, because="Over", by=make.BY, at=make.AT)
    assert counted[0] == counted[1]
