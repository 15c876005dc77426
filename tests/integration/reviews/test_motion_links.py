"""Whoever is kept from a discussion finds words, and no link that ends in 404."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from forums.models import Motion
from forums.services import actions
from tests.factories import disputes as make_disputes
from tests.factories import meetings as make_meetings
from tests.factories import reviews as make
from tests.factories.forums import AT, SYSTEM, cast, make_forum, person_in, put
from tests.factories.people import auditor, ministry_officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: AT)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def led(client: Client, url: str) -> dict[str, int]:
    """Where the page leads to motions and decisions, with the status of each."""
    answer = client.get(url)
    assert answer.status_code == 200
    found = re.findall(r'href="(/(?:motions|decisions)/\d+/)"', answer.content.decode())
    return {link: client.get(link).status_code for link in found}


def test_a_party_of_a_restricted_dispute_reads_that_it_is_ruled() -> None:
    forum = make_forum()
    dispute = make_disputes.ruled(restricted_to=[forum])
    reader = signed_in(make_disputes.officer_of(make_disputes.party(dispute)))
    page = reverse("reviews:dispute", args=[dispute.pk])
    assert led(reader, page) == {}
    assert "the papers stay with it" in reader.get(page).content.decode()
    inside = led(signed_in(auditor()), page)
    assert set(inside.values()) == {200}
    assert reverse("forums:decision", args=[dispute.decision_id]) in inside


def test_a_review_decided_behind_closed_doors_names_the_forum() -> None:
    review, draft = make.open_review()
    make.carry(make.propose(review).motion)
    review.refresh_from_db()
    page = reverse("reviews:review", args=[review.pk])
    reader = signed_in(draft.place.owner_user)
    assert set(led(reader, page).values()) == {200}
    Motion.objects.filter(pk=review.decision.motion_id).update(restricted=True)
    assert led(reader, page) == {}
    assert review.forum.name in reader.get(page).content.decode()


@pytest.mark.parametrize("name", ["board", "review"])
def test_an_open_motion_is_named_without_a_link_to_its_discussion(name) -> None:
    review, draft = make.open_review()
    proposal = make.propose(review)
    reader = signed_in(draft.place.owner_user)
    page = (
        reverse("reviews:board") if name == "board" else reverse("reviews:review", args=[review.pk])
    )
    page += f"?programme={draft.place.programme.code}" if name == "board" else ""
    assert led(reader, page) == {}
    assert proposal.motion.title in reader.get(page).content.decode()


def test_whoever_is_to_act_is_not_led_to_a_decision_that_stays_with_the_forum() -> None:
    forum = make_forum()
    officer = ministry_officer()
    decision = cast(put(forum, restricted=True), forum.chair)
    action = actions.open(
        title="Mend the road",
        owner=officer.appointments.get().post,
        due_on=AT.date(),
        decision=decision,
        by=SYSTEM,
        at=AT,
    )
    page = reverse("forums:action", args=[action.pk])
    assert led(signed_in(officer), page) == {}
    assert led(signed_in(person_in(forum.chair)), page) == {
        reverse("forums:decision", args=[decision.pk]): 200
    }


def test_an_agenda_names_the_decisions_its_reader_may_open() -> None:
    forum = make_forum()
    motion = put(forum)
    meeting = make_meetings.called(forum)
    cast(motion, forum.chair, at=meeting.starts_at)
    make_meetings.hold(meeting)
    page = reverse("forums:meeting", args=[meeting.pk])
    assert set(led(signed_in(person_in(forum.chair)), page).values()) == {200}
