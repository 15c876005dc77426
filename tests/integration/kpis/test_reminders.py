"""Reminders: on the day, then every few working days until it is done; once, whatever happens."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from kpis.models import Kpi, Reminder, ReminderRound
from kpis.services import kpis, locks, reminders
from labs.models import ResultArea
from labs.services import programmes
from ledger.models import Event, Notice
from ledger.services import notices
from people.models import User
from tests.factories import kpis as make
from tests.factories import labs as make_labs
from tests.factories import people

# March is due on Friday 5 April 2019; nothing else is until 7 May.
DUE = datetime.date(2019, 4, 5)
MARCH = {
    "frequency": "monthly",
    "reporting_days": 5,
    "reporting_from": datetime.date(2019, 3, 1),
}


def area() -> ResultArea:
    return make_labs.AreaFactory(
        programme=make_labs.ProgrammeFactory(code="a", name="Safety", country="", time_zone="UTC")
    )


def owed(of: ResultArea, by: User | None, **fields: Any) -> Kpi:
    given = {"owner": people.post_of(by) if by else None, **MARCH, **fields}
    return make.kpi(of, **given)


def remind(day: datetime.date, every: int = 5) -> reminders.Counts:
    at = datetime.datetime.combine(day, datetime.time(8), tzinfo=datetime.UTC)
    return reminders.remind(at=at, every=every)


def told(user: User) -> list[str]:
    rows = Notice.objects.filter(recipient=notices.recipient(user.pk)).order_by("at")
    return list(rows.values_list("title", flat=True))


def through(first: datetime.date, days: int, every: int = 5) -> list[datetime.date]:
    """A sweep on each of these days; the days on which somebody was reminded."""
    for n in range(days):
        remind(first + datetime.timedelta(days=n), every)
    return sorted(set(Reminder.objects.values_list("day", flat=True)))


@pytest.mark.django_db
class TestDigest:
    def test_first_on_the_due_day_then_every_five_working_days(self):
        owed(area(), people.ministry_officer())
        april = [datetime.date(2019, 4, day) for day in (5, 12, 19, 26)]
        assert through(datetime.date(2019, 4, 1), 30) == april

    def test_it_stops_once_reported_and_starts_again_when_something_falls_due(self):
        kpi = owed(area(), people.ministry_officer())
        through(datetime.date(2019, 4, 1), 8)
        make.reading(make.total(kpi), "2019-03", "1")
        found = through(datetime.date(2019, 4, 9), 30)
        assert found == [DUE, datetime.date(2019, 5, 7)]  # April is due

    def test_one_notice_for_all_of_a_holder_with_the_link(self):
        here, officer = area(), people.ministry_officer()
        for _n in range(3):
            owed(here, officer)
        second = people.AppointmentFactory(user=officer, post=people.PostFactory())
        owed(here, None, owner=second.post)
        remind(DUE)
        assert told(officer) == ["Safety: 4 values are due today."]
        assert Notice.objects.get().url == "/entry/?programme=a"
        remind(datetime.date(2019, 4, 12))
        assert told(officer)[-1] == "Safety: 4 values are late."

    def test_what_is_due_today_and_what_is_late_are_told_apart(self):
        here, officer = area(), people.ministry_officer()
        owed(here, officer)
        owed(here, officer, reporting_days=6)
        remind(datetime.date(2019, 4, 8))
        assert told(officer) == ["Safety: 2 values are due, 1 of them late."]

    def test_the_acting_holder_is_told_too(self):
        officer = people.ministry_officer()
        deputy = people.holder(people.post_of(officer), acting=True)
        owed(area(), officer)
        remind(DUE)
        assert len(told(officer)) == len(told(deputy)) == 1

    def test_of_a_vacant_post_and_of_no_post_the_delivery_unit_is_told(self):
        here, unit = area(), people.delivery_unit()
        owed(here, None, owner=people.PostFactory())
        owed(here, None)
        remind(DUE)
        assert told(unit) == [
            "Safety: 2 values are due that nobody can report, since posts are vacant."
        ]
        remind(datetime.date(2019, 4, 8))
        assert len(told(unit)) == 1  # and not every day
        remind(datetime.date(2019, 4, 12))
        assert len(told(unit)) == 2

    def test_nothing_is_sent_for_what_is_over_or_has_not_begun(self):
        here, officer = area(), people.ministry_officer()
        kpis.retire(kpi=owed(here, officer), reason="Over", by=make.BY, at=make.AT)
        owed(here, officer, effective_from=datetime.date(2020, 1, 1))
        gone = make_labs.AreaFactory()
        owed(gone, officer)
        programmes.close(programme=gone.programme, because="Over", by=make.BY, at=make.AT)
        assert through(datetime.date(2019, 4, 1), 20) == []
        assert not Notice.objects.exists()

    def test_what_is_locked_is_not_asked_for(self):
        kpi = owed(area(), people.ministry_officer())
        locks.lock(
            programme=kpi.area.programme,
            first=datetime.date(2019, 3, 31),
            last=datetime.date(2019, 3, 31),
            reason="Printed",
            by=make.BY,
            at=make.AT,
        )
        assert through(datetime.date(2019, 4, 1), 20) == []

    def test_on_days_off_nobody_is_reminded_and_it_is_made_up_for(self):
        owed(area(), people.ministry_officer(), reporting_days=6)  # due on Monday 8 April
        found = through(datetime.date(2019, 4, 13), 3)  # the sweeps slept until a Saturday
        assert found == [datetime.date(2019, 4, 15)]

    def test_the_setting_says_how_often(self):
        owed(area(), people.ministry_officer())
        days = [datetime.date(2019, 4, day) for day in (5, 9, 11)]
        assert through(datetime.date(2019, 4, 1), 11, every=2) == days

    def test_one_line_in_the_ledger_names_posts_and_no_kpi(self):
        here, officer = area(), people.ministry_officer()
        owed(here, officer, name="Cases of zirconium")
        remind(DUE)
        event = Event.objects.get(verb="reporting.reminded")
        assert event.data["posts"] == [people.post_of(officer).pk]
        assert "zirconium" not in str(event.data) + told(officer)[0]


@pytest.mark.django_db
class TestOnce:
    def test_a_sweep_run_twice_reminds_once(self):
        officer = people.ministry_officer()
        owed(area(), officer)
        first, again = remind(DUE), remind(DUE)
        assert (first.rounds, first.posts) == (1, 1)
        assert (again.rounds, again.posts) == (0, 0)  # nothing is looked at twice a day
        assert len(told(officer)) == 1

    def test_killed_half_way_it_is_done_wholly_the_next_time(self, monkeypatch):
        officer = people.ministry_officer()
        owed(area(), officer)
        monkeypatch.setattr(notices, "notify_each", lambda **_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            remind(DUE)
        monkeypatch.undo()
        assert not ReminderRound.objects.exists()
        remind(DUE)
        assert len(told(officer)) == 1

    def test_by_hand_and_by_itself_on_one_day_are_one(self):
        here, officer = area(), people.ministry_officer()
        owed(here, officer)
        at = datetime.datetime(2019, 4, 5, 7, tzinfo=datetime.UTC)
        given = {"post_ids": [people.post_of(officer).pk], "by": make.BY, "at": at}
        assert reminders.remind_now(programme=here.programme, **given) == 1
        assert remind(DUE).posts == 0
        assert reminders.remind_now(programme=here.programme, **given) == 0
        assert len(told(officer)) == 1


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_remind_once():
    here = area()
    officers = [people.ministry_officer() for _n in range(5)]
    for officer in officers:
        owed(here, officer)
    crews = 4
    start = Barrier(crews)

    def sweep(_n: int) -> None:
        try:
            start.wait()
            remind(DUE)
        finally:
            connection.close()

    with ThreadPoolExecutor(crews) as pool:
        list(pool.map(sweep, range(crews)))
    assert [len(told(officer)) for officer in officers] == [1] * 5
    assert Reminder.objects.count() == 5
    assert Event.objects.filter(verb="reporting.reminded").count() == 1
