"""What waits is said once, repeated until done, and dropped the moment it is done."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forums.services import motions as motion_services
from ledger.models import Event, Notice
from people.models import Appointment, Post, User
from reviews.models import Prompt
from reviews.selectors import desk as desks
from reviews.selectors import desk_lines
from reviews.services import prompts
from tests.factories import disputes as make_disputes
from tests.factories import forums as make
from tests.factories import people as make_people
from tests.factories.forums import AT, SYSTEM, person_in

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 11, 23, 2, tzinfo=datetime.UTC)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def look(user: User, at: datetime.datetime = AT) -> list[str]:
    return [line.key for line in prompts.look(user=fresh(user), at=at)]


def open_keys(user: User) -> list[str]:
    return list(Prompt.objects.filter(user=user, done_at=None).values_list("key", flat=True))


def told(user: User) -> list[str]:
    rows = Notice.objects.filter(recipient=f"user:{user.pk}").order_by("pk")
    return list(rows.values_list("title", flat=True))


def member_of(forum) -> tuple[Post, User]:
    post = make.core(forum)[0]
    return post, person_in(post)


def test_every_list_of_the_desk_has_its_lines() -> None:
    assert sorted(desks.PARTS) == sorted(desk_lines.MAKERS)


def test_a_vote_that_is_asked_waits_until_it_is_cast() -> None:
    motion = make.put(make.make_forum(), mode="majority")
    post, member = member_of(motion.forum)
    key = f"motion:{motion.pk}:vote"
    assert look(member) == [key]
    prompt = Prompt.objects.get(user=member)
    assert (prompt.key, prompt.decide, prompt.done_at) == (key, True, None)
    assert prompt.again_on == AT.date() + DAY
    assert told(member) == ["Your vote is asked: Build the road"], "told once, by the motion"

    make.cast(motion, post)
    assert look(member, AT + DAY / 24) == []
    prompt.refresh_from_db()
    assert prompt.done_at == AT + DAY / 24
    assert told(member) == ["Your vote is asked: Build the road"]


def test_looking_twice_changes_nothing() -> None:
    motion = make.put(make.make_forum(), mode="majority")
    _post, member = member_of(motion.forum)
    look(member)
    events = Event.objects.count()
    look(member)
    assert (Prompt.objects.filter(user=member).count(), Event.objects.count()) == (1, events)


def test_it_is_repeated_each_working_day_until_it_is_done() -> None:
    motion = make.put(make.make_forum(), mode="majority")
    post, member = member_of(motion.forum)
    look(member)
    for day in range(8):  # AT is a Wednesday
        look(member, AT + day * DAY)
    look(member, AT + 7 * DAY)
    again = told(member)[1:]
    assert len(again) == 5, "Thursday, Friday, Monday, Tuesday, Wednesday"
    assert set(again) == {"Still waiting for you. Motions to vote on: Build the road"}
    assert Prompt.objects.get(user=member).times == 6
    make.cast(motion, post, at=AT + 7 * DAY)
    for day in (8, 9, 14):
        look(member, AT + day * DAY)
    assert len(told(member)) == 6


def test_what_is_not_theirs_to_decide_is_repeated_every_five_working_days(opened) -> None:
    review, draft = opened
    owner = draft.place.owner_user
    look(owner)
    prompt = Prompt.objects.get(user=owner, key=f"review:{review.pk}:explain")
    assert prompt.again_on == (AT + 7 * DAY).date()
    assert not prompt.decide


def test_an_acting_officer_is_told_and_both_are_left_alone_when_one_has_acted() -> None:
    motion = make.put(make.make_forum(), mode="majority")
    post, member = member_of(motion.forum)
    look(member)
    stands_in = make_people.UserFactory(name="Deputy")
    assert look(stands_in) == []

    # Vacant: nobody but the deputy is told.
    Appointment.objects.filter(post=post).update(ends_on=AT.date())
    Appointment.objects.create(post=post, user=stands_in, acting=True, starts_on=(AT + DAY).date())
    tomorrow = AT + DAY
    assert look(member, tomorrow) == []
    assert look(stands_in, tomorrow) == [f"motion:{motion.pk}:vote"]
    (notice,) = Notice.objects.filter(recipient=f"user:{stands_in.pk}")
    assert (notice.title, notice.decide) == ("Motions to vote on: Build the road", True)
    assert notice.url == reverse("forums:motion", args=[motion.pk])
    assert open_keys(member) == []

    # Back: both see it; one acts, both stop.
    Appointment.objects.create(post=post, user=member, starts_on=(AT + 2 * DAY).date())
    later = AT + 2 * DAY
    assert look(member, later) == look(stands_in, later) == [f"motion:{motion.pk}:vote"]
    motion_services.withdraw(motion=motion, reason="Settled otherwise", by=SYSTEM, at=later)
    assert look(member, later) == look(stands_in, later) == []
    assert open_keys(member) == open_keys(stands_in) == []


def test_the_moment_it_is_withdrawn_nobody_is_asked_any_more(disputed) -> None:
    dispute = disputed
    officer = make_disputes.officer_of(make_disputes.party(dispute))
    assert f"dispute:{dispute.pk}:position:1" in look(officer)
    make_disputes.state_positions(dispute)
    assert f"dispute:{dispute.pk}:position:1" not in look(officer)


def test_a_restricted_matter_is_marked() -> None:
    forum = make.make_forum()
    motion = make.put(forum, mode="majority", restricted=True)
    _post, member = member_of(forum)
    look(member)
    assert Prompt.objects.get(user=member, key=f"motion:{motion.pk}:vote").restricted


def test_a_restricted_dispute_is_marked() -> None:
    dispute = make_disputes.open_dispute(restricted_to=[make.make_forum("Security")])
    officer = make_disputes.officer_of(make_disputes.party(dispute))
    look(officer)
    assert Prompt.objects.get(user=officer).restricted


class TestSweep:
    def test_each_person_every_ten_minutes_by_one_worker(self) -> None:
        make.make_forum()
        people = User.objects.count()
        minutes = datetime.timedelta(minutes=1)
        assert prompts.sweep(at=AT, now=NOW, limit=3) == 3
        assert prompts.sweep(at=AT, now=NOW, limit=99) == people - 3
        assert prompts.sweep(at=AT, now=NOW + 9 * minutes, limit=99) == 0
        assert prompts.sweep(at=AT, now=NOW + 10 * minutes, limit=99) == people

    def test_who_has_left_is_asked_nothing(self) -> None:
        motion = make.put(make.make_forum(), mode="majority")
        _post, member = member_of(motion.forum)
        prompts.sweep(at=AT, now=NOW, limit=99)
        assert open_keys(member)
        User.objects.filter(pk=member.pk).update(is_active=False)
        prompts.sweep(at=AT, now=NOW, limit=99)
        assert open_keys(member) == []

    def test_systems_have_no_desk(self) -> None:
        system = make_people.integrator()
        prompts.sweep(at=AT, now=NOW, limit=99)
        assert not hasattr(fresh(system), "desk_round")

    def test_a_look_costs_the_same_with_twice_as_much_waiting(self) -> None:
        forum = make.make_forum()
        _post, member = member_of(forum)

        def queries() -> int:
            look(member)
            user = fresh(member)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                prompts.look(user=user, at=AT)
            return len(captured)

        for number in range(3):
            make.put(forum, mode="majority", title=f"Road {number}")
        three = queries()
        for number in range(3, 6):
            make.put(forum, mode="majority", title=f"Road {number}")
        assert queries() == three
        assert three < 60
