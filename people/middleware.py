"""Times are shown as the clock of the person who reads them has it."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

API = "/api/"


def local_time(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer in the time zone of the signed-in user; in that of the settings without one.

    Systems that read the API always get UTC.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        zone = "" if request.path_info.startswith(API) else getattr(request.user, "time_zone", "")
        with timezone.override(ZoneInfo(zone) if zone else None):
            return get_response(request)

    return middleware
