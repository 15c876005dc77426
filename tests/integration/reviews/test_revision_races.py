"""Two revisions of a plan adopted at the same moment: both are in, one upon the other, or one is refused.

On every database the two are interleaved by hand: both read, one acts, the other acts on
what it read. On PostgreSQL they also run in threads of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from forums.models import Motion
from labs.models import Plan, Revision
from labs.selectors import plans
from labs.services import revisions
from ledger.models import Event
from ledger.rules.errors import Refused
from reviews.services import approvals
from tests.factories import reviews as make
from tests.factories.people import actor

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="threads meet on PostgreSQL only"
)


def two(*, clashing: bool) -> tuple[make.Draft, list[Motion]]:
    """Two revisions before their forum, of different fields or of the same."""
    draft = make.in_force()
    motions = []
    for n, field in enumerate(("finishes_on", "finishes_on" if clashing else "title"), start=1):
        revision = revisions.start(
            plan=Plan.objects.get(pk=draft.revision.plan_id),
            title=f"Thought {n}",
            reason="Learned",
            by=actor(),
            at=make.AT,
        )
        revisions.edit(
            revision=revision,
            part="milestone",
            key=draft.milestone,
            fields={field: f"2019-10-0{n}"},
            reason="So",
            by=actor(),
            at=make.AT,
        )
        motions.append(approvals.submit(revision=revision, by=actor(draft.place.unit), at=make.AT))
    return draft, motions


def together(*acts: Callable[[], Any]) -> list[Exception]:
    """Run the acts at the same moment, each on a connection of its own; what was refused."""
    start = threading.Barrier(len(acts))
    refused: list[Exception] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            act()
        except Refused as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return refused


def numbers(draft: make.Draft) -> list[int]:
    adopted = Revision.objects.filter(plan=draft.revision.plan_id, state="adopted")
    return sorted(adopted.values_list("number", flat=True))


def both_are_in(draft: make.Draft) -> None:
    plan = Plan.objects.get(pk=draft.revision.plan_id)
    step = plans.content(plan).milestones[draft.milestone]
    assert (step.finishes_on.isoformat(), step.title) == ("2019-10-01", "2019-10-02")
    assert numbers(draft) == [1, 2, 3]
    assert plan.in_force.number == 3
    assert Event.objects.filter(verb="revision.adopted").count() == 3


def test_the_second_is_laid_on_what_the_first_made() -> None:
    draft, motions = two(clashing=False)
    stale = Revision.objects.select_related("plan__in_force").get(motion=motions[1])
    make.carry(motions[0])
    assert stale.plan.in_force.number == 1
    make.carry(motions[1])
    both_are_in(draft)


def test_of_two_that_clash_the_second_is_refused_and_changes_nothing() -> None:
    draft, motions = two(clashing=True)
    make.carry(motions[0])
    with pytest.raises(revisions.Stale):
        make.carry(motions[1])
    assert numbers(draft) == [1, 2]


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_two_that_do_not_clash_are_both_adopted_at_the_same_moment(_again: int) -> None:
    draft, motions = two(clashing=False)
    assert together(*(lambda each=each: make.carry(each) for each in motions)) == []
    plan = Plan.objects.get(pk=draft.revision.plan_id)
    step = plans.content(plan).milestones[draft.milestone]
    assert (step.finishes_on.isoformat(), step.title) == ("2019-10-01", "2019-10-02")
    assert numbers(draft) == [1, 2, 3]


@on_postgresql
@pytest.mark.parametrize("_again", range(5))
def test_of_two_that_clash_at_the_same_moment_exactly_one_is_adopted(_again: int) -> None:
    draft, motions = two(clashing=True)
    refused = together(*(lambda each=each: make.carry(each) for each in motions))
    assert [type(each) for each in refused] == [revisions.Stale]
    assert numbers(draft) == [1, 2]
    assert Motion.objects.filter(pk__in=[each.pk for each in motions], state="open").count() == 1


@on_postgresql
def test_an_edit_and_the_putting_of_a_draft_follow_each_other() -> None:
    draft, _motions = two(clashing=False)
    revision = revisions.start(
        plan=Plan.objects.get(pk=draft.revision.plan_id),
        title="Third",
        reason="Learned",
        by=actor(),
        at=make.AT,
    )

    def edit(day: str) -> None:
        revisions.edit(
            revision=Revision.objects.get(pk=revision.pk),
            part="milestone",
            key=draft.milestone,
            fields={"finishes_on": day},
            reason="So",
            by=actor(),
            at=make.AT,
        )

    edit("2019-11-01")
    refused = together(
        lambda: edit("2019-11-02"),
        lambda: approvals.submit(
            revision=Revision.objects.get(pk=revision.pk),
            by=actor(draft.place.unit),
            at=make.AT,
        ),
    )
    revision.refresh_from_db()
    assert revision.state == "submitted"
    after = revision.changes.get().after
    assert after == ("2019-11-01" if refused else "2019-11-02")
