"""Before a window closes those concerned are told, once, whoever looks and however often."""

from __future__ import annotations

import datetime

import pytest

from labs.models import Window
from labs.services import programmes, windows
from labs.tasks import alert_windows
from ledger.models import Event, Notice
from ledger.rules.recipients import recipient
from tests.factories import labs as make_labs
from tests.factories import people
from tests.factories import registers as make
from tests.factories.forums import held_post, person_in

pytestmark = pytest.mark.django_db
CLOSES = datetime.date(2019, 6, 30)


def on(day: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")


@pytest.fixture
def used() -> Window:
    """A window of which one step makes use; it is told of from the first of April."""
    owner = held_post("Director, Exports")
    plan = make_labs.plan_in_force(owner=owner)
    window = make.window(plan.lab.area.programme, closes_on=CLOSES, alert_days=90)
    key = make_labs.key_of(plan, "Step 1")
    windows.use(window=window, steps=[key], **make.BY)
    window.owner = owner
    return window


def test_owners_and_the_delivery_unit_are_told_once(used) -> None:
    unit = people.delivery_unit()
    assert windows.alert_due(at=on("2019-03-31")) == 0
    assert windows.alert_due(at=on("2019-04-01")) == 1
    assert windows.alert_due(at=on("2019-04-01")) == 0
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert told == {recipient(unit.pk), recipient(person_in(used.owner).pk)}
    notice = Notice.objects.first()
    assert "30 June 2019" in notice.title
    assert notice.url == f"/programmes/{used.programme.code}/windows/{used.pk}/"
    assert Event.objects.filter(verb="window.alerted").count() == 1


def test_two_sweeps_at_once_tell_once(used) -> None:
    at = on("2019-05-01")
    assert [windows.alert(window_id=used.pk, at=at) for _ in range(2)] == [True, False]


def test_a_window_that_closed_unnoticed_is_not_told_of_afterwards(used) -> None:
    assert windows.alert_due(at=on("2019-07-01")) == 0
    assert Window.objects.get().alerted_at is None


def test_the_day_is_that_of_the_programme(used) -> None:
    late = datetime.datetime(2019, 3, 31, 17, 0, tzinfo=datetime.UTC)  # 1 April in Kuala Lumpur
    assert windows.alert_due(at=late) == 1


def test_a_closed_programme_is_left_alone(used) -> None:
    programmes.close(programme=used.programme, because="Done", **make.BY)
    assert windows.alert_due(at=on("2019-05-01")) == 0


def test_the_task_does_it(used) -> None:
    import time_machine

    with time_machine.travel(on("2019-05-01"), tick=False):
        assert (alert_windows(), alert_windows()) == (1, 0)
