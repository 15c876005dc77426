"""Reads of the ledger, for pages and the API: filtered, by cursor, redacted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from ledger.models import Event, Notice, Seal
from ledger.rules import chain
from ledger.rules.recipients import recipient

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One event as someone may see it. A restricted one keeps only its place and time."""

    id: int
    number: int | None
    at: datetime.datetime
    recorded_at: datetime.datetime
    restricted: bool
    hidden: bool
    uid: str = ""
    verb: str = ""
    subject_type: str = ""
    subject_id: str = ""
    programme_id: str = ""
    actor_label: str = ""
    actor_user: str = ""
    actor_post: str = ""
    actor_principal: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    mac: str = ""
    link: str = ""

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """The data for a template, where "items" may be one of their names."""
        return list(self.data.items())


@dataclass(frozen=True, slots=True)
class Page:
    """A page of lines, newest first, and the cursors to its neighbours."""

    lines: list[Line]
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class SealState:
    """Where sealing stands."""

    seal: Seal | None
    unsealed: int


def events(
    *,
    verb: str = "",
    subject_type: str = "",
    subject_id: str = "",
    programme_id: str = "",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    sees_restricted: bool,
) -> QuerySet[Event]:
    """Events that fit; ``verb`` may be the beginning of one ("reading."); days are
    business days in UTC, both included.

    A filter on what an event says leaves out those the reader may not read, else the
    filter itself would tell.
    """
    found = Event.objects.prefetch_related("texts")
    if not sees_restricted and (verb or subject_type or subject_id or programme_id):
        found = found.filter(~Exists(_kept(OuterRef("subject_type"), OuterRef("subject_id"))))
    if verb:
        found = found.filter(verb__startswith=verb)
    if subject_type:
        found = found.filter(subject_type=subject_type)
    if subject_id:
        found = found.filter(subject_id=subject_id)
    if programme_id:
        found = found.filter(programme_id=programme_id)
    if since:
        found = found.filter(at__gte=_midnight(since))
    if until:
        found = found.filter(at__lt=_midnight(until + datetime.timedelta(days=1)))
    return found


def page(
    found: QuerySet[Event], *, before: int | None, after: int | None, sees_restricted: bool
) -> Page:
    """One page of ``found``, below id ``before`` or above ``after``; never counts rows."""
    if after is not None:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more_newer, more_older = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        below = found if before is None else found.filter(pk__lt=before)
        rows = list(below.order_by("-pk")[: PAGE + 1])
        more_newer, more_older = before is not None, len(rows) > PAGE
        rows = rows[:PAGE]
    return Page(
        lines=lines(rows, sees_restricted=sees_restricted),
        newer=rows[0].pk if rows and more_newer else None,
        older=rows[-1].pk if rows and more_older else None,
    )


def lines(rows: Iterable[Event], *, sees_restricted: bool) -> list[Line]:
    """The rows as someone may see them."""
    shown = list(rows)
    kept: set[tuple[str, str]] = set()
    if not sees_restricted:
        ids = {row.subject_id for row in shown}
        found = _kept({row.subject_type for row in shown}, ids)
        kept = set(found.values_list("subject_type", "subject_id"))
    return [_line(row, hidden=(row.subject_type, row.subject_id) in kept) for row in shown]


def line(row: Event, *, sees_restricted: bool) -> Line:
    """One row as someone may see it."""
    return lines([row], sees_restricted=sees_restricted)[0]


def _kept(subject_type: Any, subject_id: Any) -> QuerySet[Event]:
    """Restricted events about these subjects: what was said of them before is kept too."""
    one = isinstance(subject_type, OuterRef)
    types, ids = ("subject_type", "subject_id") if one else ("subject_type__in", "subject_id__in")
    return Event.objects.filter(**{types: subject_type, ids: subject_id}, restricted=True)


def _line(row: Event, *, hidden: bool) -> Line:
    place: dict[str, Any] = {
        "id": row.pk,
        "number": row.number,
        "at": row.at,
        "recorded_at": row.recorded_at,
        "restricted": row.restricted or hidden,
        "hidden": hidden,
    }
    if hidden:
        return Line(**place)
    return Line(
        **place,
        uid=str(row.uid),
        verb=row.verb,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        programme_id=row.programme_id,
        actor_label=row.actor_label,
        actor_user=row.actor_user,
        actor_post=row.actor_post,
        actor_principal=row.actor_principal,
        data={key: value for key, value in row.data.items() if key != chain.TEXTS},
        texts={
            text.field: None if text.erased_at else text.text
            for text in sorted(row.texts.all(), key=lambda text: text.field)
        },
        mac=row.mac,
        link=row.link,
    )


def seal_of(number: int | None) -> Seal | None:
    """The seal that covers an event's number."""
    if number is None:
        return None
    return Seal.objects.filter(first__lte=number, last__gte=number).first()


def seal_state() -> SealState:
    """The last seal, and how many events wait for the next."""
    return SealState(seal=Seal.objects.last(), unsealed=Event.objects.filter(number=None).count())


def notices(user_id: int, *, before: int | None = None) -> tuple[list[Notice], int | None]:
    """A page of a user's notices, newest first, and the cursor to older ones."""
    mine = Notice.objects.filter(recipient=recipient(user_id)).order_by("-pk")
    if before is not None:
        mine = mine.filter(pk__lt=before)
    rows = list(mine[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def unread(user_id: int) -> int:
    """How many notices a user has not read."""
    return Notice.objects.filter(recipient=recipient(user_id), read_at=None).count()


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=datetime.UTC)
