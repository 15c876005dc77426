"""How forums do, on their pages: told from meetings, agendas and decisions."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forums.models import Attendance, Cycle, Forum, Meeting
from reviews.models import AgendaItem, Dispute
from reviews.selectors import forum_health
from tests.factories import disputes
from tests.factories.forums import AT, cast, core, make_forum, person_in, put
from tests.factories.people import auditor, delivery_unit, ministry_officer

pytestmark = pytest.mark.django_db
BACK = "people.backends.SignIn"
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _business_time(monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: AT)


def held(
    forum: Forum,
    days_ago: int,
    *,
    absent: int = 0,
    delegates: int = 0,
    rank: int = 2,
    extraordinary: bool = False,
):
    """A meeting some days ago; the last places were empty or filled by a delegate."""
    posts = [forum.chair, *core(forum)]
    meeting = Meeting.objects.create(
        forum=forum,
        **({} if extraordinary else slot(forum, days_ago)),
        starts_at=AT - days_ago * DAY,
        call_on=AT.date(),
        state="held",
        quorum=1,
        came=len(posts) - absent,
    )
    for number, post in enumerate(posts, start=1):
        left = len(posts) - number
        presence = "absent" if left < absent else "present"
        presence = "delegate" if absent <= left < absent + delegates else presence
        Attendance.objects.create(
            meeting=meeting,
            post=post,
            presence=presence,
            delegate_name="Somebody" if presence == "delegate" else "",
            rank=None if presence == "absent" else rank,
            at=AT,
        )
    return meeting


def slot(forum: Forum, days_ago: int) -> dict[str, object]:
    """Of the forum's rhythm, where it has one."""
    cycle = Cycle.objects.filter(forum=forum).first()
    return {"cycle": cycle, "slot": AT.date() - days_ago * DAY} if cycle else {}


def missed(forum: Forum, days_ago: int) -> Meeting:
    return Meeting.objects.create(
        forum=forum,
        **slot(forum, days_ago),
        starts_at=AT - days_ago * DAY,
        call_on=AT.date(),
        state="missed",
        state_reason="Nobody recorded it",
    )


def monthly(forum: Forum) -> Cycle:
    return Cycle.objects.create(forum=forum, rhythm="monthly", first_on=AT.date() - 400 * DAY)


def page(client, forum: Forum):
    return client.get(reverse("reviews:forum_health", args=[forum.pk]))


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_gaps_attendance_and_rank_are_told_in_words(client) -> None:
    forum = make_forum()
    monthly(forum)
    for days_ago, rank in ((160, 1), (130, 1), (99, 3), (25, 3)):
        held(forum, days_ago, absent=1 if rank == 3 else 0, rank=rank)
    missed(forum, 60)
    client.force_login(person_in(forum.chair), BACK)
    told = text(page(client, forum))
    assert "Met 4 of 5 planned meetings" in told
    assert "Longest gap 74 days, planned 31." in told
    assert "more than twice" in told
    assert "Lower ranks come: rank 3.0 on average" in told
    assert "2 of 3 (67%)" in told


def test_extraordinary_meetings_close_no_gap_and_are_told_apart(client) -> None:
    forum = make_forum()
    monthly(forum)
    held(forum, 90)
    held(forum, 45, extraordinary=True)
    held(forum, 5, extraordinary=True)
    client.force_login(person_in(forum.chair), BACK)
    response = page(client, forum)
    told, health = text(response), response.context["health"]
    assert (health.met, health.extraordinary, health.facts.due) == (1, 2, 1)
    assert [gap.days for gap in health.gaps] == [90]
    assert "Met 1 of 1 planned meeting" in told
    assert "2 extraordinary meetings were held" in told
    assert "90 days since the last planned meeting" in told
    assert told.count("Extraordinary") == 2


def test_a_meeting_without_a_quorum_is_held_and_shown_as_such(client) -> None:
    forum = make_forum()
    monthly(forum)
    held(forum, 40)
    Meeting.objects.filter(pk=held(forum, 10).pk).update(came=1, quorum=2)
    client.force_login(person_in(forum.chair), BACK)
    told = text(page(client, forum))
    assert "Met 2 of 2 planned meetings" in told
    assert "The last meeting was held without a quorum." in told
    assert told.count("No quorum") == 1


def test_without_a_rhythm_every_meeting_is_as_good_as_planned(client) -> None:
    forum = make_forum()
    for days_ago in (40, 10):
        held(forum, days_ago)
    client.force_login(person_in(forum.chair), BACK)
    health = page(client, forum).context["health"]
    assert (health.met, health.extraordinary) == (2, 0)
    Cycle.objects.create(forum=forum, rhythm="monthly", first_on=AT.date() - 20 * DAY)
    health = page(client, forum).context["health"]
    assert (health.met, health.extraordinary) == (1, 1)


def test_who_came_counts_delegates_apart(client) -> None:
    forum = make_forum()
    held(forum, 10, delegates=1)
    client.force_login(auditor(), BACK)
    health = page(client, forum).context["health"]
    (sitting,) = health.sittings
    assert (sitting.core, sitting.came, sitting.delegates, sitting.chair) == (3, 3, 1, True)


def test_what_belongs_here_and_was_decided_above_is_counted(client) -> None:
    ruled = disputes.at_tier(2)
    disputes.rule(disputes.put_ruling(ruled))
    home, above = ruled.area.home_forum, ruled.tiers.get(number=2).forum
    motion = put(home, mode="written", closes_at=AT + DAY)
    for post in (home.chair, *core(home)):
        cast(motion, post)
    client.force_login(auditor(), BACK)
    found = page(client, home).context["found"]
    assert [(line.forum, line.rulings, line.reviews) for line in found.elsewhere] == [(above, 1, 0)]
    facts = found.health.facts
    assert (facts.own, facts.written, facts.elsewhere) == (1, 1, 1)
    assert page(client, above).context["found"].elsewhere == []


def test_items_and_what_is_carried_over_by_name_for_those_who_may_know(client) -> None:
    open_case, kept = disputes.open_dispute(title="Open case"), disputes.open_dispute(title="Kept")
    forum = open_case.tiers.get(number=1).forum
    Dispute.objects.get(pk=kept.pk).restricted_to.add(make_forum("Security"))
    for days_ago, outcome in ((60, "carried_over"), (30, "carried_over"), (5, "decided")):
        meeting = held(forum, days_ago)
        for case in (open_case, kept):
            AgendaItem.objects.create(
                meeting=meeting,
                kind="dispute",
                key=f"dispute:{case.pk}",
                dispute=case,
                outcome=outcome,
            )
    client.force_login(person_in(forum.chair), BACK)
    found = page(client, forum)
    assert [(line.title, line.times) for line in found.context["carried"].lines] == [
        ("Open case", 2)
    ]
    assert found.context["carried"].hidden == 1
    assert "Kept" not in text(found)
    assert "2 of 6 decided, 4 carried over" in text(found)


def test_all_forums_the_worst_first_for_those_who_oversee(client) -> None:
    good, late = make_forum("Good"), make_forum("Late")
    for forum in (good, late):
        monthly(forum)
    held(good, 20)
    held(late, 90)
    client.force_login(delivery_unit(), BACK)
    rows = client.get(reverse("reviews:forums_health")).context["rows"]
    assert [row["found"].forum for row in rows] == [late, good]
    client.force_login(ministry_officer(), BACK)
    assert client.get(reverse("reviews:forums_health")).status_code == 403
    assert page(client, good).status_code == 403


def test_as_many_queries_for_ten_forums_as_for_two() -> None:
    counts = []
    for more in (2, 8):
        for _each in range(more):
            forum = make_forum()
            monthly(forum)
            for days_ago in (10, 40):
                meeting = held(forum, days_ago)
                AgendaItem.objects.create(
                    meeting=meeting, kind="other", key="other:1", title="Tea", outcome="noted"
                )
        with CaptureQueriesContext(connection) as asked:
            forum_health.every(AT)
        counts.append(len(asked))
    assert counts[0] == counts[1]
