"""A plan of thousands of steps is read, compared and adopted in a fixed number of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.forms.pasting import headings
from labs.models import Plan, Revision
from labs.selectors import changes, plans
from labs.services import revisions
from tests.factories import labs as make
from tests.factories.labs import AT, SYSTEM
from tests.factories.people import PostFactory, delivery_unit

pytestmark = pytest.mark.django_db
SIZES = (30, 600)


def pasted(draft: Revision, steps: int) -> Revision:
    """The draft with many steps more, each waiting for the one before it."""
    owner = PostFactory()
    name = f"{owner.title}, {owner.organisation.name}"
    lines = [
        f"Step number {n}\tMore patrols\t{name}\t2019-02-01\t2019-05-01\t{n - 1 or ''}"
        for n in range(1, steps + 1)
    ]
    text = "\n".join(["Step\tInitiative\tOwner\tStart\tFinish\tAfter", *lines])
    revisions.paste(
        revision=draft, text=text, headings=headings(), reason="Wider", by=SYSTEM, at=AT
    )
    return draft


def big_plan(steps: int) -> Plan:
    plan = make.draft_plan()
    make.adopt(make.tested(pasted(make.open_draft(plan), steps)))
    plan.refresh_from_db()
    return plan


def queries(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    return len(seen)


def at_both_sizes(prepare, act) -> list[int]:
    """How many queries ``act`` makes of what ``prepare`` gives, few steps and many."""
    found = []
    for steps in SIZES:
        prepared = prepare(steps)
        found.append(queries(lambda prepared=prepared: act(prepared)))
    return found


def submitted(steps: int):
    """A revision of a small plan that adds many steps, before its forum, and the decision."""
    draft = pasted(make.revision_of(make.plan_in_force()), steps)
    decision = make.decide(make.put(draft))
    draft.refresh_from_db()
    return draft, decision


def test_adopting() -> None:
    few, many = at_both_sizes(
        submitted,
        lambda both: revisions.adopt(revision=both[0], decision=both[1], by=SYSTEM, at=AT),
    )
    assert few == many


def test_putting_to_the_forum() -> None:
    few, many = at_both_sizes(
        lambda steps: pasted(make.revision_of(make.plan_in_force()), steps), make.put
    )
    assert few == many


def test_saying_what_changes() -> None:
    few, many = at_both_sizes(
        lambda steps: pasted(make.revision_of(make.plan_in_force()), steps), changes.in_words
    )
    assert few == many


def test_reading_the_plan_in_force() -> None:
    few, many = at_both_sizes(big_plan, lambda plan: plans.tree(plans.content(plan)))
    assert few == many


def test_bringing_a_draft_up_to_date() -> None:
    def behind(steps: int) -> Revision:
        plan = make.plan_in_force()
        draft = pasted(make.revision_of(plan), steps)
        other = make.revision_of(plan)
        make.add(other, "goal", title="And at night")
        make.adopt(other)
        return Revision.objects.get(pk=draft.pk)

    few, many = at_both_sizes(
        behind, lambda draft: revisions.bring_up_to_date(revision=draft, by=SYSTEM, at=AT)
    )
    assert few == many


@pytest.mark.parametrize("name", ["plan", "revision"])
def test_its_pages(client: Client, name: str) -> None:
    client.force_login(delivery_unit())

    def page(plan: Plan) -> None:
        pk = plan.pk if name == "plan" else plan.in_force_id
        assert client.get(reverse(f"labs:{name}", args=[pk])).status_code == 200

    page(big_plan(1))  # what is cached on the first request is not counted
    few, many = at_both_sizes(big_plan, page)
    assert few == many
