"""Times are shown in the time zone of the reader; the API keeps to UTC."""

from __future__ import annotations

import datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from people.middleware import local_time
from people.models import User
from people.templatetags.formats import moment

AT = datetime.datetime(2019, 4, 17, 20, 0, tzinfo=datetime.UTC)


def shown(path: str, zone: str) -> str:
    request = RequestFactory().get(path)
    request.user = User(email="a@example.org", time_zone=zone)

    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(moment(AT))

    return local_time(page)(request).content.decode()


@pytest.mark.parametrize(
    ("path", "zone", "expected"),
    [
        ("/desk/", "Asia/Kuala_Lumpur", "18 April 2019, 04:00"),
        ("/desk/", "", "17 April 2019, 20:00"),
        ("/api/v1/kpis/", "Asia/Kuala_Lumpur", "17 April 2019, 20:00"),
    ],
)
def test_time_is_the_readers_own(path: str, zone: str, expected: str) -> None:
    assert shown(path, zone) == expected


def test_the_next_answer_is_not_in_the_time_zone_of_the_last() -> None:
    shown("/desk/", "Asia/Kuala_Lumpur")
    assert timezone.get_current_timezone_name() == "UTC"
