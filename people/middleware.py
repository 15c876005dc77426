"""What holds around every request: the reader's clock, and what it reads once."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config import clock
from ledger import once

API = "/api/"
ONLY_READS = frozenset({"GET", "HEAD"})


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


def reads_once(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Draw a page with what its reader may read worked out once (ledger.once).

    Never in a request that may change something: what follows the change must see it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in ONLY_READS:
            return get_response(request)
        with once.reading(), clock.held():
            return get_response(request)

    return middleware
