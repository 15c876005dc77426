"""Actions: priority and who verifies, reminders, withdrawal in error."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from forums.models import Action
from forums.services import actions
from people.services import appointments
from tests.factories import forums as factory
from tests.factories.forums import AT, SYSTEM, cast, held_post, person_in, put
from tests.factories.people import actor

pytestmark = pytest.mark.django_db

FRIDAY = datetime.date(2019, 5, 3)
MONDAY = datetime.date(2019, 5, 6)


def decided():
    """A decision of a forum of its own."""
    motion = put(factory.make_forum("Committee for actions", members=2))
    return cast(motion, motion.forum.chair)


def give(**fields) -> Action:
    given = {
        "title": "Publish the count",
        "owner": fields.pop("owner", None) or held_post("Director"),
        "due_on": FRIDAY,
        "by": SYSTEM,
        "at": AT,
    }
    return actions.open(**{**given, **fields})


def test_the_first_reminder_is_the_working_day_after_the_last_day():
    assert give(decision=decided()).nag_on == MONDAY


def test_high_priority_names_who_verifies():
    owner = held_post("Director")
    for verifier in (None, owner):
        with pytest.raises(actions.NeedsVerifier):
            give(owner=owner, priority=Action.Priority.HIGH, verifier=verifier)


def test_high_priority_is_not_verified_by_the_same_person_in_a_second_post():
    owner, second = held_post("Director"), held_post("Head of audit")
    appointments.end(appointment=second.appointments.get(), ends_on=AT.date(), by=SYSTEM, at=AT)
    appointments.appoint(
        post=second,
        user=person_in(owner),
        starts_on=AT.date() + datetime.timedelta(days=1),
        by=SYSTEM,
        at=AT,
    )
    later = AT + datetime.timedelta(days=1)
    with pytest.raises(actions.NeedsVerifier):
        give(owner=owner, verifier=second, priority=Action.Priority.HIGH, at=later)


def test_what_is_done_is_reminded_of_no_more():
    action = give()
    actions.done(action=action, note="See the site.", by=actor(person_in(action.owner)), at=AT)
    assert action.nag_on is None


class TestWithdrawal:
    def test_it_takes_a_reason_and_stays_on_record(self):
        action = give(decision=decided())
        with pytest.raises(actions.NeedsReason):
            actions.withdraw(action=action, reason=" ", by=SYSTEM, at=AT)
        actions.withdraw(action=action, reason="Asked of the wrong office", by=SYSTEM, at=AT)
        assert (action.state, action.nag_on) == (Action.State.WITHDRAWN, None)
        assert action.withdrawn_because == "Asked of the wrong office"
        with pytest.raises(actions.NotOpen):
            actions.withdraw(action=action, reason="Again", by=SYSTEM, at=AT)

    def test_its_owner_does_not_let_themselves_off_also_as_chair(self, client):
        decision = decided()
        chair = decision.motion.forum.chair
        action = give(decision=decision, owner=chair)
        with pytest.raises(actions.OwnersDoNotWithdraw):
            actions.withdraw(action=action, reason="No time", by=actor(person_in(chair)), at=AT)
        client.force_login(person_in(chair))
        url = reverse("forums:action_withdraw", args=[action.pk])
        assert client.post(url, {"reason": "No time"}).status_code == 403

    def test_the_chair_of_the_forum_that_decided_withdraws_on_its_page(self, client):
        decision = decided()
        action = give(decision=decision)
        client.force_login(person_in(decision.motion.forum.chair))
        page = client.get(reverse("forums:action", args=[action.pk])).content.decode()
        url = reverse("forums:action_withdraw", args=[action.pk])
        assert url in page
        assert client.post(url, {"reason": ""}).status_code == 200
        assert client.post(url, {"reason": "Asked in error"}).status_code == 302
        page = client.get(reverse("forums:action", args=[action.pk])).content.decode()
        assert "Asked in error" in page


def test_the_page_says_since_when_it_is_overdue_and_how_often_it_was_reminded(client):
    action = give()
    Action.objects.filter(pk=action.pk).update(
        due_on=AT.date() - datetime.timedelta(days=3), nags=2
    )
    client.force_login(person_in(action.owner))
    page = client.get(reverse("forums:action", args=[action.pk])).content.decode()
    assert "Overdue since" in page
    assert "Reminders sent" in page
