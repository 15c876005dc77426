"""The day to explain passes: said once, on the review and to the chair; explaining stays open."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import connection
from django.test import Client
from time_machine import travel

from ledger.models import Event, Notice
from ledger.rules.recipients import recipient
from reviews.models import Review
from reviews.selectors.stalls import explaining
from reviews.services import explanations, unexplained
from tests.factories import reviews as make
from tests.factories.forums import person_in
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
LAST = datetime.datetime(2019, 4, 24, 12, 0, tzinfo=datetime.UTC)
AFTER = datetime.datetime(2019, 4, 25, 12, 0, tzinfo=datetime.UTC)


def told(review: Review) -> set[str]:
    event = Event.objects.get(verb="review.not_explained", subject_id=str(review.pk))
    return set(Notice.objects.filter(event=event).values_list("recipient", flat=True))


def test_nothing_is_said_before_the_last_day_has_ended(opened):
    review, _draft = opened
    assert review.explain_by == LAST.date()
    assert unexplained.say(at=LAST) == 0


def test_owner_and_chair_are_told_once_however_often_it_is_swept(opened):
    review, draft = opened
    assert unexplained.say(at=AFTER) == 1
    assert unexplained.say(at=AFTER) == 0
    review.refresh_from_db()
    assert review.unexplained_at == AFTER
    chair = person_in(review.forum.chair)
    assert told(review) >= {recipient(draft.place.owner_user.pk), recipient(chair.pk)}


def test_what_was_explained_or_whose_programme_is_closed_is_left_alone(opened):
    review, draft = opened
    explanations.explain(
        review=review, cause="means", text="Late.", by=actor(draft.place.owner_user), at=make.AT
    )
    _other, closed = make.open_review()
    make.close_programme(closed.place)
    assert unexplained.say(at=AFTER) == 0


def test_the_last_day_ends_at_midnight_where_the_programme_is(opened):
    review, draft = opened
    programme = draft.place.programme
    type(programme).objects.filter(pk=programme.pk).update(time_zone="Pacific/Kiritimati")
    evening = datetime.datetime(2019, 4, 24, 10, 30, tzinfo=datetime.UTC)  # the 25th there
    assert unexplained.say(at=evening) == 1
    assert Review.objects.get(pk=review.pk).unexplained_at == evening


def test_the_page_says_it_and_the_owner_may_still_explain(client: Client, opened):
    review, draft = opened
    client.force_login(draft.place.owner_user)
    with travel(make.AT, tick=False):
        assert "5 working days left" in client.get(f"/reviews/{review.pk}/").content.decode()
    unexplained.say(at=AFTER)
    with travel(AFTER, tick=False):
        assert "Not explained in time" in client.get(f"/reviews/{review.pk}/").content.decode()
        assert "Not explained in time" in client.get("/reviews/").content.decode()
        client.post(f"/reviews/{review.pk}/explain/", {"cause": "means", "text": "Late."})
        shown = client.get(f"/reviews/{review.pk}/").content.decode()
    assert "Given late" in shown


def test_the_audit_finds_what_the_sweep_did_not_say(opened):
    review, _draft = opened
    late = AFTER + datetime.timedelta(days=4)
    assert [each.key for each in explaining.not_said(late).found] == [f"explaining:{review.pk}"]
    assert not explaining.not_said(LAST).found
    unexplained.say(at=late)
    assert not explaining.not_said(late).found


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_say_it_once(opened):
    review, _draft = opened
    ready = threading.Barrier(2)

    def sweep() -> None:
        try:
            ready.wait()
            unexplained.say(at=AFTER)
        finally:
            connection.close()

    both = [threading.Thread(target=sweep) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert Event.objects.filter(verb="review.not_explained").count() == 1
    assert Review.objects.get(pk=review.pk).unexplained_at == AFTER
