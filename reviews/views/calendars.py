"""The calendar behind a secret address."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config import clock, installation
from people.services import calendar_feeds
from reviews.selectors import calendars
from reviews.views import ical


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar; who holds the address needs no session. 404 once it works no longer."""
    at = clock.now()
    found = calendar_feeds.find(token=token)
    if found is None:
        raise Http404
    calendar_feeds.note_use(feed=found)
    content = ical.render(
        calendars.name_of(found),
        calendars.entries(found, at),
        of=installation.lasting_name(),
        at=at,
        address=request.build_absolute_uri,
    )
    response = HttpResponse(content, content_type=ical.CONTENT_TYPE)
    response["Cache-Control"] = "private, max-age=900"
    response["Content-Disposition"] = 'inline; filename="makmal.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
