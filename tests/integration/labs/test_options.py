"""Options, criteria fixed before anybody scores, scores of seats, the choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from labs.models import Criterion, Lab, Option, OptionChoice, Score
from labs.selectors import options as selectors
from labs.services import options
from ledger.models import Event
from tests.factories import people
from tests.factories import weeks as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today():
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def seated() -> make.Seated:
    return make.lab()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def weighed(seated: make.Seated) -> tuple[Option, Option, Criterion, Criterion]:
    """Two options on two criteria that are fixed; the second is better by cost alone."""
    first, second = make.option(seated.lab, "Patrols"), make.option(seated.lab, "Lamps")
    cost, speed = make.criterion(seated.lab, "Cost", "2"), make.criterion(seated.lab, "Speed")
    make.fixed(seated.lab)
    return first, second, cost, speed


def test_criteria_are_fixed_once_and_no_longer_change(seated: make.Seated) -> None:
    lab = seated.lab
    with pytest.raises(options.NothingToFix):
        make.fixed(lab)
    criterion = make.criterion(lab)
    stale = Lab.objects.select_related("area__programme").get(pk=lab.pk)
    fixed_at = make.fixed(lab).criteria_fixed_at
    options.fix_criteria(lab=lab, by=make.BY["by"], at=make.AT + make.DAY)
    lab.refresh_from_db()
    assert lab.criteria_fixed_at == fixed_at
    assert Event.objects.filter(verb="criteria.fixed").count() == 1
    acts = [
        lambda: make.criterion(stale, "Speed"),
        lambda: options.change_criterion(
            criterion=criterion, name="Cost", weight=Decimal("9"), **make.BY
        ),
        lambda: options.remove_criterion(criterion=criterion, **make.BY),
    ]
    for act in acts:
        with pytest.raises(options.CriteriaFixed):
            act()
    assert [(row.name, row.weight) for row in lab.criteria.all()] == [("Cost", Decimal("1"))]


def test_nobody_scores_before_the_criteria_are_fixed(seated: make.Seated) -> None:
    option, criterion = make.option(seated.lab), make.criterion(seated.lab)
    with pytest.raises(options.CriteriaOpen):
        make.score(seated.union, {(option.pk, criterion.pk): 5})
    assert not Score.objects.exists()


def test_scores_of_seats_become_a_weighted_average(seated: make.Seated) -> None:
    first, second, cost, speed = weighed(seated)
    make.score(seated.union, {(first.pk, cost.pk): 4, (first.pk, speed.pk): 10})
    make.score(seated.firm, {(first.pk, cost.pk): 6, (second.pk, cost.pk): 9})
    page = selectors.page(seated.lab)
    lines = {row.option: row.line for row in page.rows}
    assert lines[first].total == Decimal("6.67"), "(2 × 5 + 10) / 3"
    assert lines[second].total is None, "nobody scored its speed"
    assert (page.best, page.is_tied, page.complete) == ([first], False, False)
    found = {seat.pk: (done, of) for seat, done, of in page.scored}
    assert [found[seat.pk] for seat in seated.seats] == [(0, 4), (2, 4), (2, 4)]


def test_a_score_again_adds_only_what_differs(seated: make.Seated) -> None:
    first, _second, cost, speed = weighed(seated)
    make.score(seated.union, {(first.pk, cost.pk): 4, (first.pk, speed.pk): 10})
    assert make.score(seated.union, {(first.pk, cost.pk): 4, (first.pk, speed.pk): 10}) == []
    assert len(make.score(seated.union, {(first.pk, cost.pk): 3, (first.pk, speed.pk): 10})) == 1
    assert Score.objects.count() == 3
    with pytest.raises(options.OptionRefused) as refused:
        make.score(seated.union, {(first.pk, cost.pk): 11})
    assert set(refused.value.fields) == {f"score_{first.pk}_{cost.pk}"}


def test_a_choice_needs_a_reason_may_go_against_the_scores_and_is_superseded(
    seated: make.Seated,
) -> None:
    first, second, cost, speed = weighed(seated)
    values = {(first.pk, each.pk): 9 for each in (cost, speed)}
    values |= {(second.pk, each.pk): 2 for each in (cost, speed)}
    make.score(seated.union, values)
    with pytest.raises(options.OptionRefused) as refused:
        options.choose(option=second, reason=" ", **make.BY)
    assert set(refused.value.fields) == {"reason"}
    options.choose(option=second, reason="It is seen by night", **make.BY)
    page = selectors.page(seated.lab)
    assert (page.choice.option, page.against_scores) == (second, True)
    with pytest.raises(options.OptionRefused):
        options.choose(option=second, reason="Again", **make.BY)
    options.choose(option=first, reason="The lamps were stolen", **make.BY)
    page = selectors.page(seated.lab)
    assert (page.choice.option, page.against_scores) == (first, False)
    assert [each.option for each in page.earlier] == [second]
    assert OptionChoice.objects.count() == 2


def test_what_was_scored_stays_and_names_are_taken_once(seated: make.Seated) -> None:
    first, second, cost, _speed = weighed(seated)
    make.score(seated.union, {(first.pk, cost.pk): 4})
    with pytest.raises(options.OptionInUse):
        options.remove_option(option=first, **make.BY)
    with pytest.raises(options.OptionInUse):
        options.change_option(option=first, title="Bribes", **make.BY)
    options.remove_option(option=second, **make.BY)
    with pytest.raises(options.OptionRefused):
        make.option(seated.lab, "Patrols")


def test_options_through_their_pages(seated: make.Seated) -> None:
    lab = seated.lab
    unit = client_of(people.delivery_unit())
    page = reverse("labs:options", args=[lab.pk])
    for title in ("Patrols", "Lamps"):
        assert unit.post(reverse("labs:option_new", args=[lab.pk]), {"title": title}).url == page
    new = reverse("labs:criterion_new", args=[lab.pk])
    wrong = unit.post(new, {"name": "Cost", "weight": "0"})
    assert "Give a weight over 0" in wrong.content.decode()
    assert unit.post(new, {"name": "Cost", "weight": "2"}).status_code == 302
    scores = reverse("labs:scores", args=[lab.pk, seated.union.pk])
    assert "not fixed yet" in unit.get(scores, follow=True).content.decode()
    assert client_of(make.speaker(seated.union)).get(scores).status_code == 403
    fix = reverse("labs:criteria_fix", args=[lab.pk])
    assert unit.post(fix, {"confirm": "True"}).status_code == 302
    late = unit.post(new, {"name": "Speed", "weight": "1"}, follow=True)
    assert "The criteria are fixed" in late.content.decode()
    assert lab.criteria.count() == 1


def test_whoever_speaks_for_the_seat_scores_and_others_do_not(seated: make.Seated) -> None:
    first, second, cost, speed = weighed(seated)
    url = reverse("labs:scores", args=[seated.lab.pk, seated.union.pk])
    spokesman = client_of(make.speaker(seated.union))
    wrong = spokesman.post(
        url, {f"score_{first.pk}_{cost.pk}": "12", f"score_{second.pk}_{cost.pk}": "3"}
    )
    assert wrong.status_code == 200
    assert 'value="12"' in wrong.content.decode(), "what was typed stays"
    given = {f"score_{first.pk}_{cost.pk}": "8", f"score_{first.pk}_{speed.pk}": "7"}
    assert spokesman.post(url, given).status_code == 302
    assert {row.by_post for row in Score.objects.all()} == {seated.union.post}
    for user in (
        make.speaker(seated.firm),
        people.in_organisation(seated.union.organisation, "Clerk"),
        people.auditor(),
    ):
        assert client_of(user).post(url, given).status_code == 403


def test_the_delivery_unit_scores_on_behalf_with_a_note(seated: make.Seated) -> None:
    first, _second, cost, _speed = weighed(seated)
    url = reverse("labs:scores", args=[seated.lab.pk, seated.firm.pk])
    unit = client_of(people.delivery_unit())
    given = {f"score_{first.pk}_{cost.pk}": "8"}
    without = unit.post(url, given)
    assert without.status_code == 200
    assert not Score.objects.exists()
    assert unit.post(url, given | {"note": "By phone, 16 April"}).status_code == 302
    assert Score.objects.get().note == "By phone, 16 April"
    shown = unit.get(reverse("labs:options", args=[seated.lab.pk])).content.decode()
    assert "By phone, 16 April" in shown
    assert "Missing" in shown


def test_a_choice_against_the_scores_says_so_on_the_page(seated: make.Seated) -> None:
    first, second, cost, speed = weighed(seated)
    both = {(first.pk, each.pk): 9 for each in (cost, speed)}
    make.score(seated.union, both | {(second.pk, each.pk): 2 for each in (cost, speed)})
    unit = client_of(people.delivery_unit())
    url = reverse("labs:choice", args=[seated.lab.pk])
    assert "Scored best: Patrols" in unit.get(url).content.decode()
    assert unit.post(url, {"option": second.pk, "reason": "Seen by night"}).status_code == 302
    shown = unit.get(reverse("labs:options", args=[seated.lab.pk])).content.decode()
    assert "Not the one that scored best" in shown
    assert "Seen by night" in shown
    make.score(seated.firm, {(second.pk, each.pk): 10 for each in (cost, speed)})
    make.score(seated.union, {(second.pk, each.pk): 8 for each in (cost, speed)})
    tied = unit.get(reverse("labs:options", args=[seated.lab.pk])).content.decode()
    assert "These options scored best alike: Patrols, Lamps" in tied
