"""Obstacles with what answers them, and bargains over targets, by pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from forums.models import Action
from labs.models import Bargain, Dependency, Obstacle, ProgrammeReader
from labs.services import bargains, obstacles
from ledger.models import Event
from people.models import User
from reviews.models import ObstacleAnswer
from reviews.selectors import answers
from reviews.services import bargains as opening
from reviews.services import obstacles as answering
from tests.factories import forums as make_forums
from tests.factories import labs as make_labs
from tests.factories import registers as make
from tests.factories import reviews as make_reviews
from tests.factories.people import delivery_unit, ministry_officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
BY = make.BY


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def draft(in_force) -> make_reviews.Draft:
    """A plan in force with a KPI, a target for 2018 and a step."""
    return in_force


@pytest.fixture
def programme(draft):
    make.lists()
    return draft.place.programme


@pytest.fixture
def unit(draft) -> Client:
    return signed_in(draft.place.unit)


def reader_of(programme) -> User:
    user = ministry_officer()
    ProgrammeReader.objects.create(programme=programme, user=user)
    return user


# Obstacles


def test_an_obstacle_from_named_to_gone_by_pages(draft, programme, unit) -> None:
    base = f"/programmes/{programme.code}/obstacles/"
    officer = signed_in(ministry_officer(draft.place.ministry))
    named = {"title": "No street lights", "named_by": "firm", "area": draft.place.area.pk}
    assert officer.post(base + "new/", {"title": "No street lights"}).status_code == 200
    assert officer.post(base + "new/", named).status_code == 302
    what = Obstacle.objects.get()
    assert "Unanswered" in unit.get(f"{base}{what.pk}/").content.decode()

    search = f"{base}{what.pk}/answer/?kind=step&q=step"
    page = officer.get(search).content.decode()
    assert "Step 1" in page
    assert officer.post(search, {"what": f"step:{draft.milestone}"}).status_code == 302
    what.refresh_from_db()
    assert what.state == "answered"
    page = unit.get(f"{base}{what.pk}/").content.decode()
    assert f"/milestones/{draft.milestone}/" in page

    assert officer.post(f"{base}{what.pk}/end/", {"because": ""}).status_code == 200
    officer.post(f"{base}{what.pk}/end/", {"because": "Lights are on"})
    assert "No street lights" not in unit.get(base).content.decode()
    assert "No street lights" in unit.get(base + "?state=gone").content.decode()


def test_only_the_unit_ranks_and_a_move_is_one_event(programme, unit) -> None:
    first, second = make.obstacle(programme, "Roads"), make.obstacle(programme, "Ports")
    address = f"/programmes/{programme.code}/obstacles/{second.pk}/move/"
    assert signed_in(reader_of(programme)).post(address, {"up": "1"}).status_code == 403
    assert unit.post(address, {"up": "1"}).status_code == 302
    first.refresh_from_db()
    assert first.rank == 2
    assert Event.objects.filter(verb="obstacle.ranked").count() == 1
    obstacles.end(obstacle=first, because="Built", **BY)
    late = unit.post(
        f"/programmes/{programme.code}/obstacles/{first.pk}/move/", {"up": "1"}, follow=True
    )
    assert "Its state changed meanwhile" in late.content.decode()


@pytest.mark.parametrize("kind", ["step", "request", "action", "kpi", "review"])
def test_each_kind_of_answer_is_found_linked_and_shown(draft, programme, kind) -> None:
    user, on = draft.place.unit, make_reviews.ON
    plan = draft.revision.plan
    plan.refresh_from_db()
    Dependency.objects.create(
        plan=plan,
        from_revision=plan.in_force,
        milestone_key=draft.milestone,
        title="A step of Works",
        provider=draft.place.ministry,
        due_on=on,
    )
    if kind in {"action", "review"}:
        make_reviews.make_kpis.reading(draft.series, "2018", "90")
        make_reviews.sweep()
        review = make_reviews.Review.objects.get(kpi=draft.kpi)
        proposal = make_reviews.propose(
            review,
            outcome="corrective_action",
            action_title="Take the next step",
            action_owner=draft.place.owner,
            action_due=make_reviews.datetime.date(2019, 9, 1),
        )
        make_reviews.carry(proposal.motion)
        assert Action.objects.exists()
    what = make.obstacle(programme)
    words = {"kpi": draft.kpi.name[:5], "review": draft.kpi.name[:5]}.get(kind, "step")
    (match,) = answers.search(programme, user, on, kind, words)
    answering.answer(obstacle=what, **answers.chosen(match.value), **BY)
    answering.answer(obstacle=what, **answers.chosen(match.value), **BY)
    (line,) = answers.of(what, user, on)
    assert (line.kind, bool(line.url)) == (kind, True)
    assert ObstacleAnswer.objects.count() == 1
    page = signed_in(user).get(f"/programmes/{programme.code}/obstacles/{what.pk}/")
    assert line.name in page.content.decode()


def test_an_answer_names_exactly_one_thing_and_an_obstacle_still_in_the_way(
    draft, programme
) -> None:
    what = make.obstacle(programme)
    plan = draft.revision.plan
    with pytest.raises(answering.AnswerRefused):
        answering.answer(obstacle=what, **BY)
    with pytest.raises(answering.AnswerRefused):
        answering.answer(obstacle=what, milestone_key=draft.milestone, **BY)
    with pytest.raises(answering.AnswerRefused):
        answering.answer(
            obstacle=what, plan=plan, milestone_key=draft.milestone, kpi=draft.kpi, **BY
        )
    obstacles.end(obstacle=what, because="Built", **BY)
    with pytest.raises(answering.ObstacleGone):
        answering.answer(obstacle=what, kpi=draft.kpi, **BY)


def test_answers_and_obstacles_of_restricted_labs_are_not_named(draft, programme, unit) -> None:
    lab = draft.revision.plan.lab
    open_one = make.obstacle(programme, "Dark streets")
    kept = make.obstacle(programme, "Secret tunnel", lab=lab)
    for what in (open_one, kept):
        answering.answer(obstacle=what, plan=lab.plan, milestone_key=draft.milestone, **BY)
    lab.restricted_to.add(make_forums.make_forum("Security"))
    reader = signed_in(reader_of(programme))
    base = f"/programmes/{programme.code}/obstacles/"
    page = reader.get(base + "?state=answered").content.decode()
    assert "Dark streets" in page
    assert "Secret tunnel" not in page
    assert "1 obstacle of a restricted lab is not shown" in page
    assert reader.get(f"{base}{kept.pk}/").status_code == 404
    told = reader.get(f"{base}{open_one.pk}/").content.decode()
    assert "Step 1" not in told
    assert "something restricted" in told
    assert "Secret tunnel" in unit.get(base + "?state=answered").content.decode()


def test_an_answer_that_was_not_offered_is_refused(programme, unit) -> None:
    what = make.obstacle(programme)
    address = f"/programmes/{programme.code}/obstacles/{what.pk}/answer/?kind=kpi&q=nothing"
    assert "Nothing of this kind" in unit.get(address).content.decode()
    assert unit.post(address, {"what": "kpi:999999"}).status_code == 200
    assert not ObstacleAnswer.objects.exists()


# Bargains


def test_asked_50_offered_40_agreed_45_by_pages(draft, programme, unit) -> None:
    base = f"/programmes/{programme.code}/bargains/"
    opened = {"title": "Cases in 2018", "kpi": draft.kpi.code, "period": "2018"}
    assert unit.post(base + "new/", opened).status_code == 302
    bargain = Bargain.objects.get()
    page = f"{base}{bargain.pk}/"
    industry, buyer = make_labs.OrganisationFactory(), make_labs.OrganisationFactory()
    early = unit.post(page + "agree/", {"value": "45"})
    assert "Nobody asked or offered anything yet" in early.content.decode()
    for side, kind, value in ((industry, "asked", "50"), (buyer, "offered", "40")):
        given = {"organisation": side.pk, "kind": kind, "value": value, "note": "Fair"}
        assert unit.post(page + "rounds/new/", given).status_code == 302
    unit.post(page + "agree/", {"value": "45"})
    bargain.refresh_from_db()
    assert (bargain.state, bargain.agreed) == ("agreed", Decimal(45))
    shown = unit.get(page).content.decode()
    assert f"/kpis/{draft.kpi.code}/#targets" in shown
    assert f"/plans/{bargain.plan_id}/revisions/new/" in shown
    # And back: what set the target shows what was bargained over it.
    target = unit.get(f"/kpis/{draft.kpi.code}/").content.decode()
    assert page in target
    late = unit.post(page + "break-off/", {"because": "Too late"})
    assert "This bargaining has ended" in late.content.decode()
    assert "Too late" in late.content.decode()


def test_a_bargain_with_a_draft_open_leads_to_the_target_in_it(draft, programme, unit) -> None:
    make_labs.revision_of(draft.revision.plan, title="New target")
    bargain = opening.open(programme=programme, title="Cases", kpi=draft.kpi, period="2018", **BY)
    make.round_of(bargain, draft.place.ministry, "asked", "50")
    bargains.agree(bargain=bargain, value=Decimal(45), **BY)
    page = unit.get(f"/programmes/{programme.code}/bargains/{bargain.pk}/").content.decode()
    assert "Write it into the draft “New target”" in page


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"kpi": "no-such"}, "The programme has no KPI of this code"),
        ({"kpi": "OWN"}, "Say for which period"),
        ({"period": "2018"}, "Say whose target it is"),
        ({"kpi": "OWN", "period": "sometime"}, "Write the period as"),
    ],
)
def test_what_is_wrong_in_opening_a_bargain_is_said(draft, programme, unit, typed, says) -> None:
    typed = {key: draft.kpi.code if value == "OWN" else value for key, value in typed.items()}
    answer = unit.post(f"/programmes/{programme.code}/bargains/new/", {"title": "Cases"} | typed)
    assert says in answer.content.decode()
    assert 'value="Cases"' in answer.content.decode()


def test_a_side_enters_its_own_rounds_only(draft, programme) -> None:
    bargain = make.bargain(programme)
    officer = signed_in(ministry_officer(draft.place.ministry))
    other = make_labs.OrganisationFactory()
    address = f"/programmes/{programme.code}/bargains/{bargain.pk}/rounds/new/"
    given = {"organisation": other.pk, "kind": "asked", "value": "50"}
    assert officer.post(address, given).status_code == 200
    assert (
        officer.post(address, given | {"organisation": draft.place.ministry.pk}).status_code == 302
    )
    assert bargain.rounds.get().organisation == draft.place.ministry


def test_a_bargain_over_a_restricted_kpi_is_counted_only(draft, programme) -> None:
    bargain = opening.open(
        programme=programme, title="Secret cases", kpi=draft.kpi, period="2018", **BY
    )
    Bargain.objects.update(plan=None)
    draft.kpi.restricted_to.add(make_forums.make_forum("Security"))
    reader = signed_in(reader_of(programme))
    page = reader.get(f"/programmes/{programme.code}/bargains/").content.decode()
    assert "Secret cases" not in page
    assert "1 restricted bargain is not shown" in page
    assert reader.get(f"/programmes/{programme.code}/bargains/{bargain.pk}/").status_code == 404
    assert (
        signed_in(delivery_unit())
        .get(f"/programmes/{programme.code}/bargains/{bargain.pk}/")
        .status_code
        == 200
    )
