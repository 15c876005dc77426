"""Where a revision goes: recorded by its owner, or before the forum that a limit names."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from labs.models import Limit, Plan, Revision
from labs.selectors import limits, plans, route_words
from labs.services import limits as services
from labs.services import revisions
from ledger.models import Event
from people.models import Post
from tests.factories import content as parts
from tests.factories import labs as make
from tests.factories.forums import ladder, person_in
from tests.factories.people import actor, delivery_unit, holder, outsider

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}
ON = make.AT.date()


@pytest.fixture
def forums():
    """Working committee, steering committee, task force, council; the second steers."""
    return ladder(4)


@pytest.fixture
def owner() -> Post:
    post = make.PostFactory(title="Director, Roads")
    holder(post)
    return post


@pytest.fixture
def plan(forums, owner) -> Plan:
    plan = make.plan_in_force(
        make.AreaFactory(home_forum=forums[0]), owner=owner, steering=forums[1]
    )
    draft = make.revision_of(plan, "Money")
    make.add(
        draft,
        "budget_line",
        title="Cars",
        initiative_key=str(make.key_of(plan, "More patrols")),
        currency="MYR",
        year="2019",
        planned="1000",
    )
    make.adopt(draft)
    plan.refresh_from_db()
    return plan


def change(draft: Revision, named: str, /, **fields: str | None) -> None:
    content = plans.draft(draft)
    known = {
        "Cars": ("budget_line", content.budget_lines),
        "Streets are safe": ("goal", content.goals),
    }
    part, held = known.get(named, ("milestone", content.milestones))
    key = next(each.key for each in held.values() if each.title == named)
    revisions.edit(revision=draft, part=part, key=key, fields=fields, reason="So", **BY)


def target(draft: Revision, period: str, value: str = "80") -> None:
    revisions.set_target(
        revision=draft,
        series_key=make.key_of(draft.plan, "Step 1"),
        period=period,
        before=None,
        after={"value": value},
        reason="So",
        **BY,
    )


def going(draft: Revision, on: datetime.date = ON) -> limits.Route:
    return limits.route(Revision.objects.get(pk=draft.pk), on)


def test_a_first_plan_goes_to_its_steering_committee(forums) -> None:
    area = make.AreaFactory(home_forum=forums[0])
    draft = make.open_draft(make.draft_plan(area, steering=forums[1]))
    found = going(draft)
    assert (found.first, found.forum, found.within) == (True, forums[1], False)


def test_execution_within_the_limits_is_the_owners(plan, forums) -> None:
    draft = make.revision_of(plan)
    change(draft, "Cars", planned="1200")
    change(draft, "Step 1", finishes_on="2019-07-30")
    found = going(draft)
    assert (found.within, found.over) == (True, [])


@pytest.mark.parametrize(
    ("title", "fields", "said"),
    [
        ("Cars", {"planned": "1350"}, "Budget line “Cars” +35 %, over 20 %: Steering committee"),
        ("Cars", {"planned": "500"}, "Budget line “Cars” −50 %, over 20 %: Steering committee"),
        ("Step 1", {"finishes_on": "2019-08-01"}, "finish: +92 days, over 90"),
        ("Step 1", {"finishes_on": None}, "finish: the day is given up"),
        ("Streets are safe", {"title": "Safer"}, "1 change of a goal or target: Steering"),
    ],
)
def test_what_is_over_a_limit_goes_to_the_steering_committee_and_says_why(
    plan, forums, title: str, fields: dict, said: str
) -> None:
    draft = make.revision_of(plan)
    change(draft, title, **fields)
    found = going(draft)
    assert (found.within, found.forum) == (False, forums[1])
    assert said in " ".join(route_words.why(found))


def test_small_steps_recorded_one_by_one_count_together(plan) -> None:
    first = make.revision_of(plan, "A little")
    change(first, "Cars", planned="1150")
    lead = plans.content(plan).initiatives[make.key_of(plan, "More patrols")].lead_id
    by = actor(holder(Post.objects.get(pk=lead)))
    revisions.record_as_owner(revision=first, by=by, at=make.AT)
    plan.refresh_from_db()
    second = make.revision_of(plan, "A little more")
    change(second, "Cars", planned="1250")
    assert [str(each.reach.amount) for each in going(second).over] == ["25"]


def test_a_step_that_was_only_recorded_is_measured_from_when_it_came(plan) -> None:
    means = make.key_of(plan, "More patrols")
    lead = plans.content(plan).initiatives[means].lead_id
    by = actor(holder(Post.objects.get(pk=lead)))
    first = make.revision_of(plan, "A step more")
    make.add(
        first,
        "milestone",
        title="Horses",
        owner=str(lead),
        initiative_key=str(means),
        finishes_on="2019-06-01",
    )
    revisions.record_as_owner(revision=first, by=by, at=make.AT)
    plan.refresh_from_db()
    second = make.revision_of(plan, "Later")
    change(second, "Horses", finishes_on="2019-08-01")
    revisions.record_as_owner(revision=second, by=by, at=make.AT)
    plan.refresh_from_db()
    third = make.revision_of(plan, "Later still")
    change(third, "Horses", finishes_on="2019-10-01")
    assert [str(each.reach.amount) for each in going(third).over] == ["122"]
    with pytest.raises(revisions.OverTheLimits):
        revisions.record_as_owner(revision=third, by=by, at=make.AT)


def test_a_day_that_was_only_recorded_is_measured_from_when_it_came(plan) -> None:
    key = make.key_of(plan, "More patrols")
    lead = plans.content(plan).initiatives[key].lead_id
    by = actor(holder(Post.objects.get(pk=lead)))
    for day in ("2020-12-31", "2021-02-28"):
        draft = make.revision_of(plan, day)
        parts.change(draft, "initiative", key, expires_on=day)
        revisions.record_as_owner(revision=draft, by=by, at=make.AT)
        plan.refresh_from_db()
    last = make.revision_of(plan, "Last")
    parts.change(last, "initiative", key, expires_on="2021-05-01")
    assert [str(each.reach.amount) for each in going(last).over] == ["121"]


def test_the_highest_forum_that_a_limit_names_decides(plan, forums) -> None:
    for kind, over, forum in (
        ("budget", "20", forums[1]),
        ("budget", "50", forums[3]),
        ("goal", "0", forums[2]),
    ):
        services.set_limit(forum=forums[1], kind=kind, over=Decimal(over), decides=forum, **BY)
    draft = make.revision_of(plan)
    change(draft, "Cars", planned="1400")
    assert going(draft).forum == forums[1]
    change(draft, "Streets are safe", title="Safer")
    assert going(draft).forum == forums[2]
    change(draft, "Cars", planned="1600")
    assert going(draft).forum == forums[3]


def test_targets_of_ended_periods_go_one_forum_higher(plan, forums) -> None:
    draft = make.revision_of(plan)
    target(draft, "2018-01-01/2018-12-31")
    assert going(draft, datetime.date(2018, 12, 31)).forum == forums[1]
    found = going(draft, datetime.date(2019, 1, 1))
    assert (found.forum, found.named, found.is_top) == (forums[2], forums[1], False)
    assert "only a forum above Steering committee" in route_words.why(found)[0]
    assert found.suffices(forums[3])
    assert not found.suffices(forums[1])


def test_where_there_is_no_forum_above_the_top_decides_and_it_says_so(plan, forums) -> None:
    services.set_limit(forum=forums[1], kind="goal", over=Decimal(0), decides=forums[3], **BY)
    draft = make.revision_of(plan)
    target(draft, "2018-01-01/2018-12-31")
    found = going(draft)
    assert (found.forum, found.is_top) == (forums[3], True)
    assert "there is no forum above" in route_words.why(found)[0]


def test_a_fixed_contract_keeps_its_goals(plan) -> None:
    plan.lab.method = "fixed"
    plan.lab.save()
    draft = make.revision_of(plan)
    change(draft, "Cars", planned="1350")
    assert not going(draft).goals_fixed
    change(draft, "Streets are safe", title="Safer")
    assert going(draft).goals_fixed


def test_the_owner_records_what_is_theirs_and_nobody_elses(plan, owner) -> None:
    draft = make.revision_of(plan)
    change(draft, "Step 1", finishes_on="2019-06-01")
    with pytest.raises(revisions.NotYoursToRecord):
        revisions.record_as_owner(revision=draft, by=actor(outsider()), at=make.AT)
    with pytest.raises(revisions.NotYoursToRecord):
        revisions.record_as_owner(revision=draft, by=actor(delivery_unit()), at=make.AT)
    adopted = revisions.record_as_owner(
        revision=draft, by=actor(person_in(owner), owner), at=make.AT
    )
    assert (adopted.state, adopted.route, adopted.decision, adopted.number) == (
        "adopted",
        "owner",
        None,
        3,
    )
    event = Event.objects.filter(verb="revision.adopted").latest("pk")
    assert (event.data["route"], event.data["decision"]) == ("owner", None)
    with pytest.raises(revisions.NotADraft):
        revisions.record_as_owner(revision=draft, by=actor(person_in(owner)), at=make.AT)


def test_what_is_over_a_limit_or_has_no_reason_is_not_recorded(plan, owner) -> None:
    by = {"by": actor(person_in(owner), owner), "at": make.AT}
    draft = make.revision_of(plan)
    change(draft, "Step 1", finishes_on="2020-01-01")
    with pytest.raises(revisions.OverTheLimits):
        revisions.record_as_owner(revision=draft, **by)
    change(draft, "Step 1", finishes_on="2019-06-01")
    draft.changes.update(reason="")
    with pytest.raises(revisions.ReasonMissing):
        revisions.record_as_owner(revision=draft, **by)


def test_the_lead_organisation_records_any_change_within_the_limits(plan) -> None:
    draft = make.revision_of(plan)
    change(draft, "Step 1", finishes_on="2019-06-01")
    change(draft, "Cars", planned="1100")
    lead = make.PostFactory(organisation=plan.lab.area.lead)
    by = actor(holder(lead), lead)
    assert revisions.record_as_owner(revision=draft, by=by, at=make.AT).route == "owner"


def test_limits_are_set_among_the_forum_and_those_above(forums) -> None:
    for number, decides in (("-1", forums[1]), ("20", forums[0])):
        with pytest.raises(services.LimitRefused):
            services.set_limit(
                forum=forums[1], kind="budget", over=Decimal(number), decides=decides, **BY
            )
    given = {"forum": forums[1], "kind": "budget", "over": Decimal(10), **BY}
    limit = services.set_limit(decides=forums[1], **given)
    assert services.set_limit(decides=forums[2], **given).pk == limit.pk
    services.drop(limit=limit, **BY)
    services.drop(limit=Limit(pk=limit.pk, forum=forums[1], decides=forums[1]), **BY)
    assert Event.objects.filter(verb="limit.dropped").count() == 1


def test_the_delivery_unit_sets_limits_on_their_page(forums) -> None:
    client = Client()
    client.force_login(delivery_unit())
    url = reverse("labs:limits", args=[forums[1].pk])
    assert "as long as nothing else is set" in client.get(url).content.decode()
    bad = client.post(url, {"kind": "budget", "over": "", "decides": forums[2].pk})
    assert "Write over how many per cent or days." in bad.content.decode()
    client.post(url, {"kind": "budget", "over": "15", "decides": forums[2].pk})
    limit = Limit.objects.get()
    assert (limit.over, limit.decides) == (15, forums[2])
    client.post(reverse("labs:limit_drop", args=[forums[1].pk, limit.pk]))
    assert not Limit.objects.exists()


def test_the_draft_says_in_advance_where_it_will_go(plan) -> None:
    draft = make.revision_of(plan)
    change(draft, "Cars", planned="1350")
    client = Client()
    client.force_login(delivery_unit())
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "To Steering committee" in page
    assert "Budget line “Cars” +35 %, over 20 %" in page
