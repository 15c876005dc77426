"""Local holidays: added and removed by those who keep the calendar, counted from then on."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.models import Event
from people.models import LocalHoliday
from people.selectors import calendars
from people.services import holidays
from tests.factories import people

pytestmark = pytest.mark.django_db
WHEN = {"by": people.actor(), "at": people.AT}
LABOUR_DAY = datetime.date(2019, 5, 1)
THURSDAY = datetime.date(2019, 5, 2)
URL = reverse("people:holidays") + "?country=my&year=2019"


def add(**fields) -> LocalHoliday:
    given = {"country": "MY", "day": THURSDAY, "working": False, "name": "State visit"}
    return holidays.add(**{**given, **fields}, **WHEN)


def test_a_day_off_moves_deadlines_that_are_set_from_then_on():
    tuesday = datetime.date(2019, 4, 30)
    assert calendars.deadline(tuesday, 1, "MY") == THURSDAY
    add()
    assert calendars.deadline(tuesday, 1, "MY") == datetime.date(2019, 5, 3)
    event = Event.objects.get(verb="holiday.added")
    assert event.data["day"] == "2019-05-02"
    assert event.texts.get().text == "State visit"


def test_a_holiday_that_is_worked_counts_as_a_working_day():
    add(day=LABOUR_DAY, working=True, name="Worked for the census")
    assert calendars.deadline(datetime.date(2019, 4, 30), 1, "MY") == LABOUR_DAY


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"country": " "}, "country"),
        ({"name": " "}, "name"),
        ({"day": LABOUR_DAY}, "day"),  # off already
        ({"day": datetime.date(2019, 5, 4)}, "day"),  # a Saturday
        ({"working": True}, "day"),  # worked anyway
        ({"day": datetime.date(2019, 5, 19), "working": True}, "day"),  # Vesak Day, a Sunday
    ],
)
def test_an_entry_that_changes_nothing_or_cannot_be_meant_is_refused(fields, field):
    with pytest.raises(holidays.HolidayRefused) as refused:
        add(**fields)
    assert list(refused.value.fields) == [field]
    assert not LocalHoliday.objects.exists()


def test_a_day_has_one_entry():
    add()
    with pytest.raises(holidays.HolidayRefused) as refused:
        add(name="Another")
    assert refused.value.code == "stale"


def test_a_removed_entry_no_longer_counts_and_is_removed_once():
    made = add()
    holidays.remove(holiday=made, **WHEN)
    assert calendars.deadline(LABOUR_DAY, 1, "MY") == THURSDAY
    assert Event.objects.filter(verb="holiday.removed").count() == 1
    with pytest.raises(holidays.HolidayRefused):
        holidays.remove(holiday=LocalHoliday(pk=made.pk or 1), **WHEN)


@pytest.mark.parametrize("persona", [people.delivery_unit, people.administrator])
def test_page_lists_what_is_published_and_what_is_local_and_adds_a_day(client, persona):
    client.force_login(persona())
    add(day=LABOUR_DAY, working=True, name="Census")
    text = client.get(URL).text
    for words in (
        "Labor Day",
        "Worked here",
        "Census",
        "Malaysia Day",
        "Deadlines that were given",
    ):
        assert words in text
    response = client.post(URL, {"day": "2019-05-02", "working": "off", "name": "State visit"})
    assert response.url == reverse("people:holidays") + "?country=MY&year=2019"
    assert "State visit" in client.get(response.url).text
    assert (
        "off already"
        in client.post(URL, {"day": "2019-12-25", "working": "off", "name": "Christmas"}).text
    )


def test_entry_is_removed_from_the_page(client):
    client.force_login(people.delivery_unit())
    made = add()
    response = client.post(reverse("people:holiday_remove", args=[made.pk]))
    assert response.url == reverse("people:holidays") + "?country=MY&year=2019"
    assert not LocalHoliday.objects.exists()


@pytest.mark.parametrize("query", ["?country=XX", "?country=MY&year=soon", "?country=", ""])
def test_calendar_that_cannot_be_shown_is_said_to_be_so(client, query):
    client.force_login(people.delivery_unit())
    response = client.get(reverse("people:holidays") + query)
    assert response.status_code == 200
    assert "Add a day to the calendar" not in response.text


def test_officers_and_auditors_do_not_change_the_calendar(client):
    for user in (people.ministry_officer(), people.auditor()):
        client.force_login(user)
        assert client.get(URL).status_code == 403
        assert client.post(URL, {"day": "2019-05-02", "name": "Off"}).status_code == 403


def test_page_asks_no_more_for_more_days(client):
    client.force_login(people.delivery_unit())
    add()
    counts = []
    for day in (datetime.date(2019, 5, 3), datetime.date(2019, 5, 7)):
        with CaptureQueriesContext(connection) as seen:
            client.get(URL)
        counts.append(len(seen))
        add(day=day)
    assert counts[0] == counts[1]
