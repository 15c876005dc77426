"""What cannot wait for a forum's next meeting is decided in writing; silence never approves."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from forums.models import Decision, Meeting, Motion
from people.templatetags.formats import moment
from reviews import tasks
from reviews.models import Dispute, Review
from reviews.selectors import between_meetings
from reviews.services import voting
from tests.factories import disputes
from tests.factories import reviews as make
from tests.factories.forums import AT, core, make_forum, person_in
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
BACK = "people.backends.SignIn"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The business time, to be moved on."""
    moments = [AT]
    monkeypatch.setattr("config.clock.now", lambda: moments[-1])
    return moments


def meets(forum, day: datetime.date) -> Meeting:
    starts_at = datetime.datetime.combine(day, datetime.time(2), tzinfo=datetime.UTC)
    return Meeting.objects.create(forum=forum, starts_at=starts_at, call_on=AT.date())


def forum_of(dispute: Dispute):
    return dispute.tiers.get(number=dispute.tier).forum


@pytest.mark.parametrize(("days", "waits"), [(-1, True), (0, True), (1, False)])
def test_on_the_day_of_the_meeting_there_is_time(days: int, waits: bool) -> None:
    forum = make_forum()
    due = AT.date() + 10 * DAY
    meets(forum, due + days * DAY)
    assert (between_meetings.before_meeting(forum, due, AT) is None) is waits


def test_it_closes_at_five_on_the_last_day_where_the_forum_meets() -> None:
    forum = make_forum()
    forum.time_zone = "Asia/Kuala_Lumpur"
    due = AT.date() + 3 * DAY
    early = between_meetings.before_meeting(forum, due, AT)
    assert early.meeting is None
    assert early.closes_at.isoformat() == f"{due}T17:00:00+08:00"
    late = datetime.datetime.combine(due, datetime.time(10), tzinfo=datetime.UTC)
    assert between_meetings.before_meeting(forum, due, late).closes_at.hour == 23
    after = between_meetings.before_meeting(forum, due, late + DAY)
    assert after.is_past
    assert after.closes_at > late + DAY


def test_a_dispute_is_ruled_in_writing_between_meetings(client, now) -> None:
    dispute = disputes.open_dispute(area=disputes.make_area(quorum=2))
    forum = forum_of(dispute)
    meets(forum, dispute.deadline + 5 * DAY)
    client.force_login(person_in(forum.chair), BACK)
    page = client.get(reverse("reviews:dispute", args=[dispute.pk])).content.decode()
    url = reverse("reviews:dispute_ruling", args=[dispute.pk]) + "?mode=written"
    assert "Before the next meeting" in page
    assert url in page
    form = client.get(url).context["form"]
    closes_at = form["closes_at"].value()
    given = {
        "text": "The police count holds.",
        "reason": "It is the law.",
        "mode": form["mode"].value(),
    }
    answer = client.post(url, {**given, "closes_at": f"{closes_at:%Y-%m-%d %H:%M:%S}"})
    assert answer.status_code == 302, answer.context["form"].errors
    motion = Motion.objects.get(mode="written")
    assert motion.closes_at.date() == dispute.deadline
    for post in (forum.chair, core(forum)[0]):
        client.force_login(person_in(post), BACK)
        cast = client.post(
            reverse("reviews:vote", args=[motion.pk]), {"choice": "for", "reason": "Right."}
        )
        assert cast.status_code == 302
    motion.refresh_from_db()
    assert motion.state == "open"  # one has not voted, and there is time
    now.append(motion.closes_at + datetime.timedelta(minutes=1))
    tasks.close_motions()
    dispute.refresh_from_db()
    assert dispute.state == "ruled"
    assert Decision.objects.get(motion=motion).outcome == "carried"


def test_silence_lapses(client, now) -> None:
    dispute = disputes.open_dispute(area=disputes.make_area(quorum=2))
    forum = forum_of(dispute)
    closes_at = AT + DAY
    proposal = disputes.put_ruling(dispute, mode="written", closes_at=closes_at)
    post = forum.chair
    voting.vote(
        motion=proposal.motion,
        post=post,
        choice="for",
        reason="Right.",
        by=actor(person_in(post), post),
        at=AT,
    )
    now.append(closes_at)
    tasks.close_motions()
    proposal.motion.refresh_from_db()
    dispute.refresh_from_db()
    assert proposal.motion.state == "lapsed"
    assert dispute.state == "open"
    tasks.close_motions()
    assert Decision.objects.filter(motion=proposal.motion).count() == 1


def test_a_review_is_decided_in_writing(client, now) -> None:
    review, _draft = make.open_review(make.place(quorum=1))
    forum = review.forum
    meets(forum, review.due_on + DAY)
    client.force_login(person_in(forum.secretary), BACK)
    page = client.get(reverse("reviews:review", args=[review.pk])).content.decode()
    url = reverse("reviews:propose", args=[review.pk]) + "?mode=written"
    assert url in page
    form = client.get(url).context["form"]
    assert form["mode"].value() == "written"
    given = {
        "cause": "means",
        "outcome": "no_action",
        "reason": "One more quarter will tell.",
        "look_again_on": (review.due_on + 90 * DAY).isoformat(),
        "mode": "written",
        "closes_at": f"{form['closes_at'].value():%Y-%m-%d %H:%M:%S}",
    }
    answer = client.post(url, given)
    assert answer.status_code == 302, answer.context["form"].errors
    motion = Motion.objects.get(mode="written")
    client.force_login(person_in(core(forum)[0]), BACK)
    client.post(reverse("reviews:vote", args=[motion.pk]), {"choice": "for", "reason": "Yes."})
    now.append(motion.closes_at)
    tasks.close_motions()
    assert Review.objects.get(pk=review.pk).state == "closed"


def test_the_agenda_lists_what_cannot_wait_and_what_is_put_already(client, disputed) -> None:
    dispute = disputed
    forum = forum_of(dispute)
    meets(forum, dispute.deadline + DAY)
    client.force_login(person_in(forum.chair), BACK)
    url = reverse("reviews:agenda", args=[forum.pk])
    page = client.get(url)
    (line,) = page.context["between"]
    assert line.url in page.content.decode()
    assert moment(line.early.closes_at) in page.content.decode()
    disputes.put_ruling(dispute)
    (line,) = client.get(url).context["between"]
    assert line.url == ""


def test_a_motion_that_closes_before_the_next_meeting_says_so_to_its_voters(
    client, disputed
) -> None:
    dispute = disputed
    forum = forum_of(dispute)
    motion = disputes.put_ruling(dispute, mode="written", closes_at=AT + 3 * DAY).motion
    client.force_login(person_in(forum.chair), BACK)
    url = reverse("forums:motion", args=[motion.pk])
    assert "vote here until then" in client.get(url).content.decode()
    meets(forum, AT.date() + DAY)
    assert "vote here until then" not in client.get(url).content.decode()


def test_what_has_time_until_the_meeting_is_not_pressed(client, disputed) -> None:
    dispute = disputed
    forum = forum_of(dispute)
    meets(forum, dispute.deadline)
    client.force_login(person_in(forum.chair), BACK)
    page = client.get(reverse("reviews:dispute", args=[dispute.pk])).content.decode()
    assert "Before the next meeting" not in page
    assert client.get(reverse("reviews:agenda", args=[forum.pk])).context["between"] == []
