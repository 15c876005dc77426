"""Meetings of the world: one to come, one held with minutes, a rhythm; each with its word."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from forums.models import Forum
from forums.selectors import meetings as selectors
from forums.services import cycles, meetings
from forums.services.sittings import Presence
from reviews.models import AgendaItem
from reviews.services import agendas, sittings
from tests.factories.forums import person_in
from tests.factories.people import actor
from tests.factories.reviews import AT

DAY = datetime.timedelta(days=1)


def build(forum: Forum, *, of: str = "", word: str = "") -> dict[str, Any]:
    """A rhythm, a meeting that was held yesterday, one that is to come."""
    said = word or "said"
    by = actor(person_in(forum.chair), forum.chair)
    cycle = cycles.begin(
        forum=forum, rhythm="monthly", first_on=AT.date() + 9 * DAY, by=by, at=AT - 3 * DAY
    )
    held = meetings.convene(
        forum=forum, starts_at=AT - DAY, reason="It presses.", by=by, at=AT - 3 * DAY
    )
    agendas.call(meeting=held, at=AT - 2 * DAY)
    present = [Presence(row.post.pk, "present") for row in selectors.places(forum, AT.date())]
    sittings.hold(meeting=held, attendance=present, chaired_by=forum.chair, by=by, at=AT - DAY)
    held.refresh_from_db()
    sittings.write_minutes(
        meeting=held,
        minutes=f"They spoke about {said}",
        notes=dict.fromkeys(
            AgendaItem.objects.filter(meeting=held).values_list("pk", flat=True), f"Of {said}"
        ),
        file=SimpleUploadedFile(f"{said}.pdf", b"%PDF-1.7 minutes"),
        by=actor(person_in(forum.secretary), forum.secretary),
        at=AT - DAY,
    )
    coming = forum.meetings.filter(cycle=cycle).order_by("starts_at")[0]
    agendas.call(meeting=coming, at=AT)
    return {f"{of}cycle": cycle, f"{of}meeting": held, f"{of}meeting to come": coming}
