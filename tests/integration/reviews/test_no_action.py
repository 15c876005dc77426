"""No action is counted per rule: where it is most, the page asks to look at the rule."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from kpis.models import Deviation, Rule
from reviews.models import Review, ReviewDeviation
from reviews.selectors import no_action
from tests.factories import reviews as make
from tests.factories.forums import held_post, person_in
from tests.factories.people import auditor, outsider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def closed(opened):
    """A review that the forum closed with no action, and the rule that opened it."""
    review, draft = opened
    make.carry(make.propose(review).motion)
    return Review.objects.get(pk=review.pk), draft


def repeat(review: Review, times: int) -> None:
    """Further closed reviews of the same subject and rule, as years bring them."""
    one = review.deviations.get().deviation
    for number in range(times):
        signal = one.first_signal
        deviation = Deviation.objects.create(
            rule=one.rule,
            series=one.series,
            severity=one.severity,
            first_signal=signal,
            last_signal=signal,
            opened_at=make.AT,
            closed_at=make.AT,
            closed_as=Deviation.Closing.CLEARED,
            routed_at=make.AT,
        )
        values = {
            field.attname: getattr(review, field.attname)
            for field in Review._meta.concrete_fields
            if not field.primary_key
        }
        again = Review.objects.create(
            **values | {"opened_at": make.AT - datetime.timedelta(days=number)}
        )
        ReviewDeviation.objects.create(review=again, deviation=deviation, joined_at=make.AT)


def test_few_reviews_say_nothing_and_many_ask_to_look_at_the_rule(closed, client: Client):
    review, draft = closed
    client.force_login(draft.place.owner_user)
    page = "/reviews/no-action/"
    assert "too few to say" in client.get(page).content.decode()
    repeat(review, 4)
    shown = client.get(page).content.decode()
    assert "Look at the rule" in shown
    assert "5 (100%)" in shown


def test_a_review_counts_once_for_a_rule_whatever_it_was_about(closed):
    _review, draft = closed
    (line,) = no_action.page(draft.place.owner_user, make.ON).lines
    assert (line.count.reviews, line.count.no_action, line.per_cent) == (1, 1, 100)


def test_an_open_review_and_another_outcome_are_no_no_action(opened):
    review, draft = opened
    assert no_action.page(draft.place.unit, make.ON).lines == []
    make.carry(make.propose(review, outcome="stop").motion)
    (line,) = no_action.page(draft.place.unit, make.ON).lines
    assert (line.count.reviews, line.count.no_action) == (1, 0)


def test_each_reads_the_rules_of_their_programmes_and_of_restricted_kpis_how_many(closed, client):
    review, draft = closed
    assert no_action.page(outsider(), make.ON).lines == []
    rule = review.deviations.get().deviation.rule
    Rule.objects.filter(pk=rule.pk).update(kpi=draft.kpi)
    draft.kpi.restricted_to.add(draft.place.steering)
    page = no_action.page(draft.place.verifier.appointments.get().user, make.ON)
    assert (len(page.lines), page.hidden) == (1, 0), "who verifies it always sees it"
    reader = person_in(held_post("Officer", draft.place.ministry))
    hidden = no_action.page(reader, make.ON)
    assert (hidden.lines, hidden.hidden) == ([], 1)
    client.force_login(reader)
    assert "1 rule of a restricted KPI" in client.get("/reviews/no-action/").content.decode()


def test_the_page_takes_as_many_queries_for_more(closed, client, django_assert_max_num_queries):
    review, _draft = closed
    client.force_login(auditor())
    client.get("/reviews/no-action/")
    with django_assert_max_num_queries(60) as few:
        client.get("/reviews/no-action/")
    repeat(review, 10)
    make.carry(make.propose(make.open_review()[0]).motion)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/reviews/no-action/")
