"""The calendar of a lab: sessions of the whole lab or of one group, and what was kept of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, Session, SessionRecord, WorkingGroup
from labs.services import lab_events
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class SessionRefused(Refused):
    message = _("The session cannot be kept like this. Mend what is marked.")
    code = "session"


class SessionCancelled(Refused):
    message = _("This session was cancelled. Plan another one.")
    code = "session_cancelled"


class SessionTookPlace(Refused):
    message = _("Attendance or records are kept of this session, so it took place.")
    code = "session_took_place"


@transaction.atomic
def plan(
    *,
    lab: Lab,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str = "",
    group: WorkingGroup | None = None,
    by: Actor,
    at: datetime,
) -> Session:
    """Put a session into the calendar. Raises SessionRefused, LabOver."""
    lab_events.require_running(lab)
    _check(lab, title, starts_at, ends_at, group)
    session = Session.objects.create(
        lab=lab,
        group=group,
        title=title.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        at=at,
        **Session.fields_of(by),
    )
    _record("session.planned", session, by, at)
    return session


@transaction.atomic
def change(
    *,
    session: Session,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str = "",
    group: WorkingGroup | None = None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Session:
    """Move or rename a session, with the reason. Raises SessionRefused, SessionCancelled."""
    lab_events.require_running(session.lab)
    _check(session.lab, title, starts_at, ends_at, group)
    because = _because(reason, _("Say why the session changes."))
    changed = Session.objects.filter(pk=session.pk, cancelled_because="").update(
        title=title.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        group=group,
        changed_because=because,
    )
    if changed != 1:
        raise SessionCancelled
    session.refresh_from_db()
    _record("session.changed", session, by, at, reason=because)
    return session


@transaction.atomic
def cancel(*, session: Session, reason: str, by: Actor, at: datetime) -> Session:
    """Cancel a session, with the reason; it stays in the calendar.

    Raises SessionRefused, SessionCancelled, SessionTookPlace.
    """
    lab_events.require_running(session.lab)
    because = _because(reason, _("Say why the session is cancelled."))
    if session.attendance.exists() or session.records.exists():
        raise SessionTookPlace
    changed = Session.objects.filter(pk=session.pk, cancelled_because="").update(
        cancelled_because=because
    )
    if changed != 1:
        raise SessionCancelled
    session.refresh_from_db()
    lab_events.record(
        "session.cancelled", session, session.lab, by=by, at=at, texts={"reason": because}
    )
    return session


@transaction.atomic
def keep(*, session: Session, kind: str, text: str, by: Actor, at: datetime) -> SessionRecord:
    """Keep minutes (private to the lab) or an output (public to readers).

    Added to, never changed. What minutes say does not leave the lab, the ledger
    included. Raises SessionRefused, SessionCancelled.
    """
    if session.lab.area.programme.is_closed:
        lab_events.require_running(session.lab)
    problems = {}
    if kind not in SessionRecord.Kind.values:
        problems["kind"] = _("Choose minutes or an output.")
    if not text.strip():
        problems["text"] = _("Write what is to be kept.")
    if problems:
        raise SessionRefused(fields={field: str(said) for field, said in problems.items()})
    if Session.objects.filter(pk=session.pk).exclude(cancelled_because="").exists():
        raise SessionCancelled
    record = SessionRecord.objects.create(
        session=session, kind=kind, text=text.strip(), at=at, **SessionRecord.fields_of(by)
    )
    private = kind == SessionRecord.Kind.MINUTES
    lab_events.record(
        f"session.{kind}_kept",
        record,
        session.lab,
        by=by,
        at=at,
        data={"session": session.pk},
        texts={"text": record.text},
        private=private,
    )
    return record


def _check(
    lab: Lab, title: str, starts_at: datetime, ends_at: datetime, group: WorkingGroup | None
) -> None:
    problems = {}
    if not title.strip() or len(title.strip()) > 200:
        problems["title"] = _("Write a title of at most 200 characters.")
    if ends_at <= starts_at:
        problems["ends_at"] = _("The end must come after the start. Move one of the two.")
    if group is not None and (group.lab_id != lab.pk or group.closed_at is not None):
        problems["group"] = _("Choose a group of this lab that has not ended.")
    if problems:
        raise SessionRefused(fields={field: str(text) for field, text in problems.items()})


def _because(reason: str, ask: object) -> str:
    if not reason.strip():
        raise SessionRefused(fields={"reason": str(ask)})
    return reason.strip()[:300]


def _record(verb: str, session: Session, by: Actor, at: datetime, reason: str = "") -> None:
    lab_events.record(
        verb,
        session,
        session.lab,
        by=by,
        at=at,
        data={
            "group": session.group_id,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
        },
        texts={"title": session.title, "place": session.place, "reason": reason},
    )
