"""Who came to a session: for each seat once, corrected by recording it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Attendance, Seat, Session
from labs.selectors import sessions as selectors
from labs.services import lab_events
from labs.services.sessions import SessionCancelled
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post, User
from people.selectors import people


class AttendanceRefused(Refused):
    message = _("The attendance cannot be recorded like this. Mend what is marked.")
    code = "attendance"


class NotBegun(Refused):
    message = _("This session has not begun yet. Record who came once it has.")
    code = "session_not_begun"


@dataclass(frozen=True, slots=True)
class Came:
    """Who came for a seat: a post, or somebody by name with a rank if it is known."""

    seat: Seat
    post: Post | None = None
    name: str = ""
    rank: int | None = None
    delegate: bool = False


@transaction.atomic
def record(*, session: Session, came: Sequence[Came], by: Actor, at: datetime) -> list[Attendance]:
    """Record everybody who came; recording again corrects, and the last word counts.

    A post brings its rank and, unless another name is given, who holds it on the day:
    as it was then, whatever becomes of the post. Raises AttendanceRefused, NotBegun,
    SessionCancelled.
    """
    if session.lab.area.programme.is_closed:
        lab_events.require_running(session.lab)
    if session.starts_at > at:
        raise NotBegun
    if Session.objects.filter(pk=session.pk).exclude(cancelled_because="").exists():
        raise SessionCancelled
    _check(session, came)
    before = {row.seat_id: row for row in session.attendance.all()}
    names = _holders(
        [row.post for row in came if row.post], selectors.today(session.lab, session.starts_at)
    )
    rows = [_row(session, each, names) for each in came]
    changed = [row for row in rows if _differs(before.get(row.seat_id), row)]
    gone = set(before) - {row.seat_id for row in rows}
    if not changed and not gone:
        return list(session.attendance.all())
    session.attendance.filter(seat__in=[*gone, *(row.seat_id for row in changed)]).delete()
    Attendance.objects.bulk_create(changed)
    lab_events.record(
        "attendance.corrected" if before else "attendance.recorded",
        session,
        session.lab,
        by=by,
        at=at,
        data={
            "came": [[row.seat_id, row.post_id, row.rank, row.delegate] for row in rows],
            "corrected": sorted([*gone, *(row.seat_id for row in changed)]) if before else [],
        },
    )
    return list(session.attendance.all())


def _check(session: Session, came: Sequence[Came]) -> None:
    problems: dict[str, str] = {}
    for each in came:
        if each.seat.lab_id != session.lab_id:
            raise AttendanceRefused(str(_("This seat belongs to another lab.")))
        if each.post is not None and each.post.organisation_id != each.seat.organisation_id:
            problems[f"post_{each.seat.pk}"] = str(
                _("This post belongs to another organisation. Choose one of the seat's own.")
            )
        if each.post is None and not each.name.strip():
            problems[f"name_{each.seat.pk}"] = str(_("Say who came: a post, or a name."))
    seats = [each.seat.pk for each in came]
    if len(seats) != len(set(seats)):
        raise AttendanceRefused(str(_("Each seat is recorded once in a session.")))
    if problems:
        raise AttendanceRefused(fields=problems)


def _holders(posts: Sequence[Post], on: date) -> dict[int, str]:
    """Who held each post on the day of the session, the substantive holder first."""
    ids = {post: found[0] for post, found in people.holder_ids(posts, on).items() if found}
    users = User.objects.in_bulk(set(ids.values()))
    return {post: users[user].name for post, user in ids.items()}


def _row(session: Session, came: Came, names: dict[int, str]) -> Attendance:
    post = came.post
    rank = came.rank
    if rank is None and post is not None:
        rank = post.rank
    return Attendance(
        session=session,
        seat=came.seat,
        post=post,
        name=came.name.strip() or (names.get(post.pk, "") if post else ""),
        rank=rank,
        delegate=came.delegate,
    )


def _differs(before: Attendance | None, row: Attendance) -> bool:
    if before is None:
        return True
    names = ("post_id", "name", "rank", "delegate")
    return any(getattr(before, name) != getattr(row, name) for name in names)
