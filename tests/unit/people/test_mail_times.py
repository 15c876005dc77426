"""Quiet hours and the times of digests, over midnight and when clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.rules import mail_times
from people.rules.mail_times import Wishes

KL = ZoneInfo("Asia/Kuala_Lumpur")
LONDON = ZoneInfo("Europe/London")
HERE = Wishes(zone=KL)

wishes = st.builds(
    Wishes,
    zone=st.sampled_from(
        [ZoneInfo(name) for name in ("UTC", "Asia/Kuala_Lumpur", "America/Sao_Paulo")]
        + [LONDON, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Africa/Casablanca")]
    ),
    digest=st.sampled_from(["daily", "weekly"]),
    weekday=st.integers(0, 6),
    digest_at=st.times(),
    quiet_from=st.times(),
    quiet_until=st.times(),
    days_off=st.booleans(),
)
moments = st.datetimes(
    min_value=datetime(2015, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def local(day: int, hour: int, minute: int = 0, zone: ZoneInfo = KL) -> datetime:
    """A moment of April 2019, whose first day was a Monday."""
    return datetime(2019, 4, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (local(2, 12), local(2, 12)),
        (local(2, 18, 59), local(2, 18, 59)),
        (local(2, 19), local(3, 7)),
        (local(2, 23, 30), local(3, 7)),
        (local(3, 0, 0), local(3, 7)),
        (local(3, 6, 59), local(3, 7)),
        (local(3, 7), local(3, 7)),
        (local(5, 20), local(8, 7)),  # Friday evening
        (local(6, 12), local(8, 7)),  # Saturday noon
        (local(7, 23), local(8, 7)),
    ],
)
def test_quiet_hours_over_midnight_and_the_weekend(at: datetime, sent: datetime) -> None:
    assert mail_times.not_before(at, HERE) == sent


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    siesta = replace(HERE, quiet_from=time(13), quiet_until=time(15), days_off=False)
    assert mail_times.not_before(local(6, 14), siesta) == local(6, 15)
    assert mail_times.not_before(local(6, 3), siesta) == local(6, 3)
    never = replace(siesta, quiet_until=time(13))
    assert not mail_times.is_quiet(local(6, 13), never)


def test_days_off_end_at_midnight_without_quiet_hours() -> None:
    awake = replace(HERE, quiet_from=time(0), quiet_until=time(0))
    assert mail_times.not_before(local(6, 14), awake) == local(8, 0)


def test_quiet_hours_end_when_the_clocks_jump_over_their_end() -> None:
    # On 31 March 2019 London's clocks went from 1:00 to 2:00.
    short = Wishes(zone=LONDON, quiet_from=time(22), quiet_until=time(1, 30), days_off=False)
    at = datetime(2019, 3, 31, 0, 30, tzinfo=LONDON)
    assert mail_times.not_before(at, short) == datetime(2019, 3, 31, 1, 30, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_a_digest_once() -> None:
    # On 27 October 2019 London's clocks showed 1:30 twice.
    weekly = Wishes(zone=LONDON, digest="weekly", weekday=6, digest_at=time(1, 30))
    first = mail_times.next_digest(datetime(2019, 10, 26, tzinfo=UTC), weekly)
    assert first == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    assert mail_times.next_digest(first, weekly) == datetime(2019, 11, 3, 1, 30, tzinfo=UTC)


def test_a_daily_digest_is_of_working_days() -> None:
    assert mail_times.next_digest(local(5, 6), HERE) == local(5, 7)
    assert mail_times.next_digest(local(5, 7), HERE) == local(8, 7)
    assert mail_times.last_digest(local(7, 12), HERE) == local(5, 7)


def test_a_weekly_digest_is_of_its_day() -> None:
    thursdays = replace(HERE, digest="weekly", weekday=3, digest_at=time(16))
    assert mail_times.next_digest(local(4, 15, 59), thursdays) == local(4, 16)
    assert mail_times.next_digest(local(4, 16), thursdays) == local(11, 16)


def test_reminders_fill_the_working_days_without_a_digest() -> None:
    thursdays = replace(HERE, digest="weekly", weekday=3)
    reminded = [
        day for day in range(1, 8) if mail_times.is_reminder_day(local(day, 9).date(), thursdays)
    ]
    assert reminded == [1, 2, 3, 5]
    assert not any(mail_times.is_reminder_day(local(day, 9).date(), HERE) for day in range(1, 8))


def always_quiet(given: Wishes) -> bool:
    """Whether hours of almost a whole day leave no moment that is not quiet."""
    gap = datetime.combine(local(1, 0).date(), given.quiet_from) - datetime.combine(
        local(1, 0).date(), given.quiet_until
    )
    return timedelta() < gap % timedelta(days=1) < timedelta(hours=2)


@given(moments, wishes)
def test_it_waits_no_longer_than_the_quiet_lasts(at: datetime, given: Wishes) -> None:
    if always_quiet(given):
        return  # shorter than a change of clocks
    found = mail_times.not_before(at, given)
    assert found >= at
    assert not mail_times.is_quiet(found, given)
    assert (found == at) is not mail_times.is_quiet(at, given)
    step = found - timedelta(seconds=1)
    assert step < at or mail_times.is_quiet(step, given)


@given(moments, wishes)
def test_no_digest_is_missed_and_none_comes_twice(at: datetime, given: Wishes) -> None:
    last, following = mail_times.last_digest(at, given), mail_times.next_digest(at, given)
    assert last <= at < following
    assert mail_times.next_digest(last, given) == following
    assert mail_times.last_digest(following, given) == following
    assert following - last <= timedelta(days=8)
