"""Why is this 87? The chain of values, decisions and what asked for them, back to the lab."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labs.models import Bargain, BargainRound, ProblemStatement, Revision
from labs.services import labs as lab_services
from labs.services import recorded
from reviews.selectors import why
from tests.factories import kpis as make_kpis
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import held_post
from tests.factories.people import actor, auditor, ministry_officer
from tests.factories.referrals import asked

pytestmark = pytest.mark.django_db
AT, ON = make.AT, make.AT.date()
LATER = AT + datetime.timedelta(days=1)


@pytest.fixture
def lowered():
    """A review found the goal at fault; its decision set the target of 2018 anew."""
    review, draft = make.open_review()
    return draft, review, lower(review, draft)


def lower(review, draft) -> Revision:
    changes = make_labs.revision_of(draft.revision.plan, title="A goal within reach")
    make.set_target(changes, draft.series, make.YEAR_2018, "87", before=make.numbers("50"))
    proposal = make.propose(
        review, outcome="change_goal", cause="goal", revision=changes, reason="Too high"
    )
    make.carry(proposal.motion)
    return changes


def target(draft, user=None):
    return why.of_target(user or auditor(), draft.series.key, make.YEAR_2018, ON)


def test_a_target_leads_through_the_review_back_to_the_lab(lowered) -> None:
    draft, review, changes = lowered
    lab = draft.revision.plan.lab
    ProblemStatement.objects.create(lab=lab, version=1, text="Crime pays", at=AT)
    found = target(draft)
    assert [step.change.after["value"] for step in found.steps] == ["50", "87"]
    assert [step.revision.number for step in found.steps] == [1, 2]
    last = found.now
    assert last.revision == changes
    assert last.decision.reason == "The case is made."
    assert [(asked.title, asked.url) for asked in last.asked] == [
        (draft.kpi.name, f"/reviews/{review.pk}/")
    ]
    assert found.root.lab == lab
    assert found.root.problem.text == "Crime pays"


def test_what_the_review_also_put_to_others_stands_under_it(client, today) -> None:
    review, draft = make.open_review()
    referral = asked(draft, review, text="Open the register.")
    lower(review, draft)
    (because,) = target(draft).now.asked
    (other,) = because.others
    assert (other.label, other.title, other.text) == (
        "Ministry of Roads",
        "Open the register.",
        "awaiting an answer",
    )
    client.force_login(draft.place.unit)
    page = client.get(f"/why/target/{draft.series.key}/?field={make.YEAR_2018}").content.decode()
    assert f"/referrals/{referral.pk}/" in page


def test_a_target_set_outside_the_system_names_its_source() -> None:
    draft = make.in_force()
    kpi = make_kpis.kpi(draft.place.area, rules_from="", goal_key=draft.goal)
    series = make_kpis.total(kpi)
    make_kpis.target(series, "2018", "70", source="Roadmap 2010", note="Page 12")
    found = why.of_target(auditor(), series.key, make.YEAR_2018, ON)
    (step,) = found.steps
    assert (step.outside.source.name, step.outside.note) == ("Roadmap 2010", "Page 12")
    assert found.root.lab == draft.revision.plan.lab


def test_what_was_bargained_over_stands_beside_it(lowered) -> None:
    draft, _review, _changes = lowered
    bargain = Bargain.objects.create(
        programme=draft.place.programme,
        series_key=draft.series.key,
        period=make.YEAR_2018,
        title="Street crime",
        at=AT,
    )
    for kind, value in (("asked", 50), ("offered", 90)):
        BargainRound.objects.create(
            bargain=bargain, organisation=draft.place.ministry, kind=kind, value=value, at=AT
        )
    (about,) = target(draft).bargains
    assert [int(each.value) for each in about.held] == [50, 90]


def test_a_date_of_a_milestone_has_its_chain() -> None:
    draft = make.in_force()
    plan = draft.revision.plan
    later = make_labs.revision_of(plan, title="More time")
    make_labs.revisions.edit(
        revision=later,
        part="milestone",
        key=draft.milestone,
        fields={"finishes_on": "2019-09-01"},
        reason="The rains",
        by=actor(),
        at=AT,
    )
    make_labs.adopt(later, AT)
    found = why.of_part(auditor(), "milestone", draft.milestone, "finishes_on", ON)
    assert [step.change.after for step in found.steps] == ["2019-05-01", "2019-09-01"]
    assert found.now.change.reason == "The rains"
    assert "starts_on" in found.fields


def test_a_change_that_was_recorded_by_its_owner_says_so() -> None:
    draft = make.in_force()
    after = held_post("New")
    recorded.pass_on(
        plan=draft.revision.plan,
        values={("milestone", draft.milestone): {"owner": str(after.pk)}},
        title="Handover",
        reason="A new government",
        by=actor(),
        at=AT,
    )
    found = why.of_part(auditor(), "milestone", draft.milestone, "owner", ON)
    assert found.now.by_owner
    assert found.now.decision is None
    assert found.names.posts[after.pk] == after
    assert not found.steps[0].by_owner


def test_a_draft_that_would_change_it_is_named_beside_it(lowered) -> None:
    draft, _review, _changes = lowered
    more = make_labs.revision_of(draft.revision.plan, title="Even lower")
    make.set_target(more, draft.series, make.YEAR_2018, "95", before=make.numbers("87"))
    (proposed,) = target(draft).proposed
    assert proposed.revision == more


def test_a_restricted_plan_is_not_named(lowered) -> None:
    draft, _review, _changes = lowered
    lab = draft.revision.plan.lab
    lab_services.restrict(lab=lab, forums=[draft.place.steering], by=actor(), at=AT)
    draft.place.programme.readers.create(user=(reader := ministry_officer()))
    found = target(draft, reader)
    assert [step.hidden for step in found.steps] == [True, True]
    assert found.root is None
    assert why.of_part(reader, "goal", draft.goal, "title", ON) is None


def test_who_may_not_read_the_kpi_is_told_nothing(lowered) -> None:
    draft, _review, _changes = lowered
    assert target(draft, ministry_officer()) is None


def test_the_page_answers_in_words(lowered, client, today) -> None:
    draft, _review, _changes = lowered
    client.force_login(draft.place.unit)
    url = f"/why/target/{draft.series.key}/?field={make.YEAR_2018}"
    page = client.get(url).content.decode()
    assert "<strong>87" in page
    assert "A goal within reach" in page
    assert "How can street crime fall by half?" in page
    kpi = client.get(f"/kpis/{draft.kpi.code}/").content.decode()
    assert url in kpi


@pytest.mark.parametrize(
    "address",
    [
        "/why/nothing/00000000-0000-0000-0000-000000000000/",
        "/why/goal/00000000-0000-0000-0000-000000000000/",
        "/why/target/00000000-0000-0000-0000-000000000000/?field=2018",
    ],
)
def test_what_there_is_not_is_not_there(client, address: str) -> None:
    client.force_login(auditor())
    assert client.get(address).status_code == 404


def test_a_period_nobody_set_says_so(lowered, client, today) -> None:
    draft, _review, _changes = lowered
    client.force_login(draft.place.unit)
    page = client.get(f"/why/target/{draft.series.key}/?field=never")
    assert "No value has ever been set here." in page.content.decode()


def test_queries_do_not_grow_with_the_chain(lowered) -> None:
    draft, _review, _changes = lowered
    user = auditor()

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            target(draft, user)
        return len(captured)

    asked()
    before = asked()
    value = "87"
    for number in range(4):
        more = make_labs.revision_of(draft.revision.plan, title=f"Again {number}")
        now = str(60 + number)
        make.set_target(more, draft.series, make.YEAR_2018, now, before=make.numbers(value))
        make_labs.adopt(more, LATER)
        value = now
    assert Revision.objects.filter(plan=draft.revision.plan).count() == 6
    assert len(target(draft, user).steps) == 6
    assert asked() == before
