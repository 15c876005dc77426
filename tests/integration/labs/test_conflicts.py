"""Two drafts in parallel: what merges, and what is decided change by change."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from labs.models import Plan, Revision
from labs.selectors import conflicts, plans
from labs.services import revisions
from labs.services.revisions import Choice
from ledger.models import Event
from tests.factories import content
from tests.factories import labs as make
from tests.factories.people import UserFactory, actor, delivery_unit

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}
YEAR = "2019-01-01/2019-12-31"


def finish(draft: Revision, key: uuid.UUID, day: str | None, reason: str = "Late") -> None:
    revisions.edit(
        revision=draft, part="milestone", key=key, fields={"finishes_on": day}, reason=reason, **BY
    )


def decide(draft: Revision, *takes: Choice, **more) -> Revision:
    """Decide the clashes of a draft, in the order in which its page shows them."""
    fresh = Revision.objects.get(pk=draft.pk)
    shown = conflicts.reading(fresh).clashes
    choices = dict(zip((each.pk for each in shown), takes, strict=True))
    given = {"seen": fresh.plan.in_force_id, **BY, **more}
    return revisions.resolve(revision=fresh, choices=choices, **given)


@pytest.fixture
def plan() -> Plan:
    return make.plan_in_force(milestones=3)


@pytest.fixture
def clashing(plan: Plan) -> Revision:
    """A draft that finishes step 1 on 1 July; in force by now: 1 June."""
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    key = make.key_of(plan, "Step 1")
    finish(one, key, "2019-06-01", "The tender")
    finish(other, key, "2019-07-01", "The rains")
    finish(other, make.key_of(plan, "Step 2"), "2019-08-01")
    make.adopt(one)
    return other


def finishes(plan: Plan) -> dict[str, str]:
    plan.refresh_from_db()
    steps = plans.content(plan).milestones.values()
    return {step.title: step.finishes_on.isoformat() for step in steps if step.finishes_on}


@pytest.mark.parametrize(
    ("choice", "day"),
    [
        (Choice("mine", reason="The rains all the same"), "2019-07-01"),
        (Choice("theirs"), "2019-06-01"),
        (Choice("other", value="2019-06-15", reason="In between"), "2019-06-15"),
    ],
)
def test_mine_theirs_or_another_value_stands(plan, clashing, choice: Choice, day: str) -> None:
    decide(clashing, choice)
    make.adopt(Revision.objects.get(pk=clashing.pk))
    assert finishes(plan) == {"Step 1": day, "Step 2": "2019-08-01", "Step 3": "2019-05-01"}
    event = Event.objects.get(verb="revision.conflicts_resolved")
    assert list(event.data["taken"].values()) == [choice.take]


def test_the_adopted_revision_says_from_what_to_what_and_why(plan, clashing) -> None:
    decide(clashing, Choice("mine", reason="The rains all the same"))
    change = clashing.changes.get(key=make.key_of(plan, "Step 1"))
    assert (change.before, change.after) == ("2019-06-01", "2019-07-01")
    assert change.reason == "The rains all the same"


def test_another_value_is_written_by_whoever_decides(plan, clashing) -> None:
    user = UserFactory()
    decide(clashing, Choice("other", value="2019-06-15", reason="Half"), by=actor(user))
    assert clashing.changes.get(key=make.key_of(plan, "Step 1")).by_user == user


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice("mine"), "reason"),
        (Choice("neither"), "change"),
        (Choice("other", value="soon", reason="So"), "value"),
        (Choice("other", value="2018-01-01", reason="So"), "change"),
        (Choice("other", value="", reason="So"), "value"),
    ],
)
def test_what_is_not_decided_or_not_possible_is_refused_at_its_field(
    plan, clashing, choice: Choice, field: str
) -> None:
    before = list(clashing.changes.order_by("pk").values())
    with pytest.raises(revisions.Unresolved) as refused:
        decide(clashing, choice)
    pk = clashing.changes.get(key=make.key_of(plan, "Step 1")).pk
    assert set(refused.value.fields) == {f"{field}_{pk}"}
    assert list(clashing.changes.order_by("pk").values()) == before


@pytest.fixture
def budgeted(plan: Plan) -> Plan:
    """An initiative of at most MYR 1,000."""
    draft = make.revision_of(plan, "Money")
    key = make.key_of(plan, "More patrols")
    revisions.edit(
        revision=draft,
        part="initiative",
        key=key,
        fields={"budget": "1000"},
        reason="So",
        **BY,
    )
    content.budget_line(draft, "500")
    make.adopt(draft)
    plan.refresh_from_db()
    return plan


def test_another_value_over_the_budget_is_refused_at_its_field(budgeted) -> None:
    one, other = make.revision_of(budgeted, "One"), make.revision_of(budgeted, "Other")
    key = next(iter(plans.content(budgeted).budget_lines))
    content.change(one, "budget_line", key, planned="600")
    content.change(other, "budget_line", key, planned="700")
    make.adopt(one)
    with pytest.raises(revisions.Unresolved) as refused:
        decide(other, Choice("other", value="5000", reason="More"))
    (said,) = refused.value.fields.values()
    assert "more than its budget" in said


def test_lines_written_side_by_side_do_not_go_over_the_budget_together(budgeted) -> None:
    one, other = make.revision_of(budgeted, "One"), make.revision_of(budgeted, "Other")
    content.budget_line(one, "400", title="Petrol")
    content.budget_line(other, "400", title="Radios")
    make.adopt(one)
    with pytest.raises(revisions.OverCeiling, match="more than its budget"):
        make.adopt(Revision.objects.get(pk=other.pk))
    budgeted.refresh_from_db()
    assert budgeted.in_force == Revision.objects.get(pk=one.pk)


def test_what_came_into_force_while_deciding_is_looked_at_first(plan, clashing) -> None:
    with pytest.raises(revisions.MovedOn):
        decide(clashing, Choice("theirs"), seen=clashing.base_id)


@pytest.mark.parametrize("take", ["mine", "theirs"])
def test_a_part_that_was_taken_out_is_put_back_or_left_out(plan, take: str) -> None:
    key = make.key_of(plan, "Step 1")
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    revisions.remove(revision=one, part="milestone", key=key, reason="No money", **BY)
    finish(other, key, "2019-09-01")
    finish(other, make.key_of(plan, "Step 2"), "2019-09-02")
    make.adopt(one)
    decide(other, Choice(take, reason="Needed"))
    make.adopt(Revision.objects.get(pk=other.pk))
    expected = {"Step 2": "2019-09-02", "Step 3": "2019-05-01"}
    if take == "mine":
        expected["Step 1"] = "2019-09-01"
        assert plans.content(plan).milestones[key].starts_on == datetime.date(2019, 2, 1)
    assert finishes(plan) == expected


def test_a_part_that_both_took_out_is_no_clash(plan) -> None:
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    for draft in (one, other):
        key = make.key_of(plan, "Step 1")
        revisions.remove(revision=draft, part="milestone", key=key, reason="No money", **BY)
    finish(other, make.key_of(plan, "Step 2"), "2019-09-02")
    make.adopt(one)
    make.adopt(other)
    assert set(finishes(plan)) == {"Step 2", "Step 3"}
    assert [change.field for change in other.changes.all()] == ["finishes_on"]


def test_what_would_hang_can_only_be_given_up(plan) -> None:
    bare = make.revision_of(plan, "Bare")
    for n in (1, 2, 3):
        key = make.key_of(plan, f"Step {n}")
        revisions.remove(revision=bare, part="milestone", key=key, reason="Over", **BY)
    make.adopt(bare)
    plan.refresh_from_db()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    means = make.key_of(plan, "More patrols")
    revisions.remove(revision=one, part="initiative", key=means, reason="Over", **BY)
    make.add(other, "milestone", title="New step", initiative_key=str(means))
    make.adopt(one)
    with pytest.raises(revisions.Unresolved):
        decide(other, Choice("mine", reason="Needed"))
    decide(other, Choice("theirs"))
    assert other.changes.count() == 0


def test_targets_clash_like_fields(plan) -> None:
    series = uuid.uuid4()
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    for draft, value in ((one, "80"), (other, "85")):
        revisions.set_target(
            revision=draft,
            series_key=series,
            period=YEAR,
            before={"value": "90"},
            after={"value": value},
            reason="Out of reach",
            label="Index crimes, 2019",
            **BY,
        )
    make.adopt(one)
    decide(other, Choice("other", value="82", reason="In between"))
    change = other.changes.get()
    assert (change.before["value"], change.after["value"]) == ("80", "82")


def test_a_draft_that_clashes_with_nothing_is_brought_up_to_date(plan) -> None:
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    finish(one, make.key_of(plan, "Step 1"), "2019-06-01")
    finish(other, make.key_of(plan, "Step 1"), "2019-06-01")
    finish(other, make.key_of(plan, "Step 2"), "2019-07-01")
    make.adopt(one)
    revisions.bring_up_to_date(revision=Revision.objects.get(pk=other.pk), **BY)
    other.refresh_from_db()
    assert other.base_id == one.pk
    assert [change.after for change in other.changes.all()] == ["2019-07-01"]


def test_the_page_shows_before_theirs_and_mine_with_their_reasons(plan, clashing) -> None:
    client = Client()
    client.force_login(delivery_unit())
    url = reverse("labs:conflicts", args=[clashing.pk])
    page = client.get(url).content.decode()
    for said in ("1 May 2019", "1 June 2019", "1 July 2019", "The tender", "The rains"):
        assert said in page
    pk = clashing.changes.get(key=make.key_of(plan, "Step 1")).pk
    seen = Plan.objects.get(pk=plan.pk).in_force_id
    given = {"seen": seen, f"change_{pk}": "other", f"value_{pk}": "x", f"reason_{pk}": "Half"}
    page = client.post(url, given).content.decode()
    assert "Write a date as year, month and day" in page
    assert "Half" in page
    page = client.post(url, {**given, "seen": clashing.base_id}).content.decode()
    assert "Another revision came into force while you were deciding" in page
    assert f'name="seen" value="{seen}"' in page
    client.post(url, {**given, f"value_{pk}": "2019-06-15"})
    make.adopt(Revision.objects.get(pk=clashing.pk))
    assert finishes(plan)["Step 1"] == "2019-06-15"
    assert client.get(url).status_code == 302


def test_a_post_is_chosen_from_the_list_as_another_value(plan) -> None:
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    key = make.key_of(plan, "Step 1")
    posts = [make.PostFactory() for _ in range(3)]
    for draft, post in ((one, posts[0]), (other, posts[1])):
        revisions.edit(
            revision=draft,
            part="milestone",
            key=key,
            fields={"owner": str(post.pk)},
            reason="Moved",
            **BY,
        )
    make.adopt(one)
    client = Client()
    client.force_login(delivery_unit())
    url = reverse("labs:conflicts", args=[other.pk])
    pk = other.changes.get().pk
    assert str(posts[2]) in client.get(url).content.decode()
    client.post(
        url,
        {
            "seen": one.pk,
            f"change_{pk}": "other",
            f"value_{pk}": posts[2].pk,
            f"reason_{pk}": "Free",
        },
    )
    assert other.changes.get().after == str(posts[2].pk)
