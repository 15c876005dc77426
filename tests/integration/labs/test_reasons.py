"""One reason for several changes, and what is refused without reasons."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import Change, Revision
from labs.services import revisions
from ledger.models import Event
from tests.factories import labs as make
from tests.factories.people import UserFactory, actor, delivery_unit

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def moved(plan, draft: Revision, titles: list[str], **more) -> list[Change]:
    """Steps of the plan that finish later in the draft, without a reason."""
    for title in titles:
        revisions.edit(
            revision=draft,
            part="milestone",
            key=make.key_of(plan, title),
            fields={"finishes_on": "2019-06-01"},
            **{**BY, **more},
        )
    return list(draft.changes.order_by("pk"))


def test_one_reason_serves_a_selection_and_what_is_left_is_refused() -> None:
    plan = make.plan_in_force(milestones=3)
    draft = make.revision_of(plan)
    one, two, three = moved(plan, draft, ["Step 1", "Step 2", "Step 3"])
    given = revisions.give_reason(
        revision=draft, changes=[one.pk, two.pk], reason=" The rains ", **BY
    )
    assert given == 2
    assert set(draft.changes.values_list("reason", flat=True)) == {"The rains", ""}
    with pytest.raises(revisions.ReasonMissing) as refused:
        make.put(draft)
    assert refused.value.changes == [three]
    revisions.give_reason(revision=draft, changes=None, reason="The tender", **BY)
    make.adopt(draft)
    assert Event.objects.filter(verb="revision.reasoned").count() == 2


def test_a_reason_for_nothing_or_for_another_draft_is_refused() -> None:
    plan = make.plan_in_force()
    draft, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    (foreign,) = moved(plan, other, ["Step 1"])
    for changes, reason in (([foreign.pk], "Ours"), ([], "Ours"), (None, "Ours"), (None, " ")):
        with pytest.raises(revisions.ReasonRefused):
            revisions.give_reason(revision=draft, changes=changes, reason=reason, **BY)


def test_a_first_plan_needs_no_reasons() -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    draft.changes.update(reason="")
    assert make.adopt(draft).number == 1


def test_who_wrote_a_change_stays_who_wrote_it() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    writer, clerk = UserFactory(), UserFactory()
    (change,) = moved(plan, draft, ["Step 1"], by=actor(writer))
    revisions.give_reason(
        revision=draft, changes=[change.pk], reason="Late", by=actor(clerk), at=make.AT
    )
    change.refresh_from_db()
    assert change.by_user == writer


def test_every_writer_of_changes_is_named() -> None:
    plan = make.plan_in_force(milestones=2)
    draft = make.revision_of(plan)
    writer = UserFactory()
    by = {"by": actor(writer), "at": make.AT, "reason": "Late"}
    moved(plan, draft, ["Step 1"], by=actor(writer))
    key = make.key_of(plan, "Step 2")
    revisions.remove(revision=draft, part="milestone", key=key, **by)
    series = {"revision": draft, "series_key": key, "before": None, **by}
    revisions.set_target(period="2019-01-01/2019-12-31", after={"value": "1"}, **series)
    revisions.set_path(
        after={"method": "linear", "baseline": "54", "baseline_on": "2009-12-31"}, **series
    )
    copy = revisions.start(plan=plan, title="Again", reason="So", copy_of=draft, **BY)
    for each in (draft, copy):
        assert each.changes.count() == 4
        assert set(each.changes.values_list("by_user", flat=True)) == {writer.pk}


def test_the_draft_page_asks_for_reasons_and_takes_one_for_those_ticked() -> None:
    plan = make.plan_in_force(milestones=3)
    draft = make.revision_of(plan)
    one, two, _three = moved(plan, draft, ["Step 1", "Step 2", "Step 3"])
    client = as_user(delivery_unit())
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "3 changes do not say why yet" in page
    url = reverse("labs:reasons", args=[draft.pk])
    page = client.post(url, {"changes": [one.pk]}).content.decode()
    assert "This field is required." in page
    assert f'value="{one.pk}" checked' in page
    page = client.post(url, {"reason": "The rains"}).content.decode()
    assert "Choose the changes that have this reason." in page
    assert "The rains" in page
    client.post(url, {"changes": [one.pk, two.pk], "reason": "The rains"})
    assert draft.changes.filter(reason="The rains").count() == 2
    client.post(url, {"every": "on", "reason": "The tender"})
    assert draft.changes.filter(reason="The tender").count() == 1


def test_a_new_part_is_asked_about_once() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    initiative = str(make.key_of(plan, "More patrols"))
    make.add(draft, "milestone", reason="", title="Step 9", initiative_key=initiative)
    client = as_user(delivery_unit())
    page = client.get(reverse("labs:reasons", args=[draft.pk])).content.decode()
    assert page.count('name="changes"') == 1
    ids = ",".join(str(pk) for pk in draft.changes.order_by("pk").values_list("pk", flat=True))
    client.post(
        reverse("labs:reasons", args=[draft.pk]), {"changes": [ids], "reason": "It was missing"}
    )
    assert not draft.changes.filter(reason="").exists()


def cost(client: Client, steps: int) -> int:
    """The queries of the page for a draft with so many changes."""
    plan = make.plan_in_force(milestones=steps)
    draft = make.revision_of(plan)
    moved(plan, draft, [f"Step {n}" for n in range(1, steps + 1)])
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("labs:reasons", args=[draft.pk]))
    return len(queries)


def test_the_page_costs_the_same_at_any_length() -> None:
    client = as_user(delivery_unit())
    cost(client, 1)
    assert cost(client, 5) == cost(client, 10)
