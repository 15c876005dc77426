"""Pages say a thing once, and nothing where there is nothing to say."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from forums.models import Action
from forums.services import actions
from labs.services import programmes
from reviews.models import Review
from reviews.services import audits
from tests.factories import reviews as make
from tests.factories.forums import person_in
from tests.factories.people import actor, delivery_unit
from tests.integration.reviews.test_routing import off_track_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def shown(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def page(client: Client, review: Review) -> str:
    return shown(client, reverse("reviews:review", args=[review.pk]))


def test_a_finding_on_a_part_that_opened_the_review_stands_there_once(client):
    off_track_part(make.in_force(), "region=north")
    make.sweep()
    review = Review.objects.get()
    client.force_login(delivery_unit())
    html = page(client, review)
    found = review.deviations.get().deviation_id
    assert html.count(reverse("kpis:deviation", args=[found])) == 1
    assert "finding on a part" not in html


def test_a_review_that_is_closed_asks_nothing_any_more(client, opened):
    review, _draft = opened
    client.force_login(delivery_unit())
    question = "Is the means at fault, or the goal?"
    assert question in page(client, review)
    make.carry(make.propose(review).motion)
    assert question not in page(client, review)


def test_what_is_done_is_not_overdue(client, monkeypatch, opened):
    review, draft = opened
    motion = make.propose(
        review,
        outcome="corrective_action",
        action_title="Patrol at night",
        action_owner=draft.place.owner,
        action_due=make.ON,
    ).motion
    make.carry(motion)
    client.force_login(delivery_unit())
    forum = reverse("forums:forum", args=[motion.forum_id])
    monkeypatch.setattr("config.clock.now", lambda: make.AT + datetime.timedelta(days=3))
    assert "overdue by" in shown(client, forum)
    action = Action.objects.get()
    actions.done(action=action, note="Roster", by=actor(person_in(action.owner)), at=make.AT)
    assert "Patrol at night" in shown(client, forum)
    assert "overdue by" not in shown(client, forum)


def test_the_reason_of_a_closed_programme_ends_with_one_stop(client):
    programme = make.place().programme
    programmes.close(programme=programme, because="It is over.", by=actor(), at=make.AT)
    client.force_login(delivery_unit())
    html = shown(client, reverse("labs:programme", args=[programme.code]))
    assert "It is over. Everything can be read" in html


def test_before_the_first_audit_no_check_is_said_to_have_found_nothing(client):
    client.force_login(delivery_unit())
    before = shown(client, reverse("reviews:health"))
    assert "The audit has never run." in before
    assert "What was looked at" not in before
    audits.run(at=make.AT)
    assert "What was looked at" in shown(client, reverse("reviews:health"))
