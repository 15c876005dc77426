"""Paths to targets in a draft: written, said in words, stale where another revision set one."""

from __future__ import annotations

import uuid

import pytest

from labs.models import Change, Revision
from labs.selectors import changes, conflicts
from labs.services import revisions
from labs.templatetags.plans import sentence
from tests.factories import labs as make

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}
KEY = uuid.uuid4()
EVENLY = {"method": "linear", "baseline": "54", "baseline_on": "2009-12-31"}
STEPS = {"method": "steps", "baseline": None, "baseline_on": None}


def path(draft, after, before=None, reason="The lab of 2010", **fields):
    given = {"label": "pre-school enrolment", **BY, **fields}
    return revisions.set_path(
        revision=draft, series_key=KEY, before=before, after=after, reason=reason, **given
    )


def target(draft, year, value, before=None):
    return revisions.set_target(
        revision=draft,
        series_key=KEY,
        period=f"{year}-01-01/{year}-12-31",
        before=before,
        after={"value": value} if value else None,
        reason="Agreed",
        **BY,
    )


def said(revision):
    reading = changes.in_words(revision)
    lines = [line for line in reading.goal if line.field == "path"]
    return [sentence(line, reading) for line in lines]


def test_path_is_said_with_where_it_starts_and_where_it_leads():
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    target(draft, 2011, "70")
    target(draft, 2012, "80")
    path(draft, EVENLY)
    begins = "Path of pre-school enrolment: evenly from 54 in 2009"
    assert said(draft) == [f"{begins} to 80 in 2012, because: The lab of 2010"]
    make.adopt(draft)
    plan.refresh_from_db()
    later = make.revision_of(plan)
    path(later, STEPS, before=EVENLY, reason="Schools open in autumn")
    assert said(later) == [f"{begins} → in steps to 80 in 2012, because: Schools open in autumn"]
    target(later, 2012, None, before={"value": "80"})
    assert "in steps to 70 in 2011" in said(later)[0]


def test_path_back_as_in_force_leaves_no_change():
    draft = make.revision_of(make.plan_in_force())
    assert path(draft, STEPS, before=EVENLY).touches == "goal"
    assert path(draft, EVENLY, before=EVENLY) is None
    assert not Change.objects.filter(field="path").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"method": "curve"}, "method"),
        ({"baseline": None}, "baseline"),
        ({"baseline_on": None}, "baseline_on"),
        ({"baseline": "5,4"}, "baseline"),
    ],
)
def test_path_that_says_nothing_clear_is_refused(wrong, field):
    draft = make.revision_of(make.plan_in_force())
    with pytest.raises(revisions.PathRefused) as refused:
        path(draft, EVENLY | wrong)
    assert set(refused.value.fields) == {field}


def test_path_of_a_plan_in_force_needs_a_reason_before_it_is_put():
    draft = make.revision_of(make.plan_in_force())
    path(draft, EVENLY, reason=" ")
    with pytest.raises(revisions.ReasonMissing):
        make.put(draft)


def test_path_that_another_revision_set_meanwhile_is_stale_and_can_be_brought_up_to_date():
    plan = make.plan_in_force()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    path(one, EVENLY)
    path(other, STEPS)
    decision = make.decide(make.put(other))
    make.adopt(one)
    other.refresh_from_db()
    with pytest.raises(revisions.Stale) as refused:
        revisions.adopt(revision=other, decision=decision, **BY)
    (conflict,) = refused.value.conflicts
    assert (conflict.change.field, conflict.now) == ("path", EVENLY)
    third = revisions.start(plan=plan, title="Again", reason="As before", copy_of=other, **BY)
    (clash,) = conflicts.of(Revision.objects.get(pk=third.pk))
    assert (clash.change.field, clash.now) == ("path", EVENLY)
    choice = revisions.Choice("mine", reason="As before")
    mine = {third.changes.get(field="path").pk: choice}
    revisions.resolve(revision=third, choices=mine, seen=one.pk, **BY)
    assert third.changes.get(field="path").before == EVENLY
