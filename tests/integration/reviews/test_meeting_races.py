"""Two sweeps at once make each meeting, and send each agenda, once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from forums.models import Cycle, Meeting
from forums.services import meetings
from ledger.models import Event, Notice
from reviews.models import AgendaItem
from reviews.services import agendas, sittings
from tests.factories import meetings as make
from tests.factories.forums import AT, make_forum, put
from tests.factories.meetings import DAY

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads meet on PostgreSQL only"),
]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned, all begun together."""
    start, found = threading.Barrier(len(acts)), list[Any]()
    faults: list[Exception] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            found.append(act())
        except Exception as fault:  # noqa: BLE001  (a thread must not hide it)
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    return found


@pytest.mark.parametrize("_again", range(3))
def test_two_sweeps_make_each_meeting_once(_again):
    cycles = [make.cycle(make_forum(), "weekly") for _ in range(3)]
    later = AT + 30 * DAY
    made = at_once(*[lambda: meetings.make_due(at=later)] * 4)
    slots = list(Meeting.objects.values_list("cycle", "slot"))
    assert len(slots) == len(set(slots))
    assert sum(made) == Event.objects.filter(verb="meeting.made", at=later).count() > 0
    assert meetings.make_due(at=later) == 0
    assert Cycle.objects.filter(pk__in=[row.pk for row in cycles], made_until=None).count() == 0


@pytest.mark.parametrize("_again", range(3))
def test_two_sweeps_send_each_agenda_once(_again):
    forum = make_forum()
    put(forum)
    meeting = make.to_come(forum)
    at = meeting.starts_at - DAY
    called = at_once(*[lambda: agendas.call_due(at=at)] * 4)
    assert sum(called) == 1
    assert AgendaItem.objects.filter(meeting=meeting).count() == 1
    (event,) = Event.objects.filter(verb="meeting.called")
    assert Notice.objects.filter(event=event).count() == 4


@pytest.mark.parametrize("_again", range(3))
def test_an_agenda_that_grows_while_its_meeting_is_cancelled_leaves_nothing_open(_again):
    forum = make_forum()
    meeting = make.called(forum)
    put(forum)
    other = Meeting.objects.select_related("forum").get(pk=meeting.pk)
    at = meeting.starts_at - DAY
    at_once(
        lambda: agendas.call_due(at=at),
        lambda: sittings.cancel(meeting=other, reason="Flood", by=make.SYSTEM, at=at),
    )
    assert not AgendaItem.objects.filter(meeting=meeting, outcome="").exists()


def test_two_sweeps_close_a_missed_meeting_once():
    meeting = make.called(make_forum())
    at = meeting.starts_at + 9 * DAY
    assert sum(at_once(*[lambda: sittings.close_missed(at=at)] * 3)) == 1
    assert Event.objects.filter(verb="meeting.missed").count() == 1
