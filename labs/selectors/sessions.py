"""The calendar of a lab, and who came to its sessions. Fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q, QuerySet

from labs.models import Attendance, Lab, Seat, Session, SessionRecord, WorkingGroup
from labs.rules import attendance
from labs.selectors import labs

MINUTES = SessionRecord.Kind.MINUTES
OUTPUT = SessionRecord.Kind.OUTPUT
# A lab lasts some weeks. One that sits more often than this shows its newest sessions.
MOST = 200


@dataclass(frozen=True)
class Week:
    """Monday of a week, and its sessions in order."""

    monday: date
    sessions: list[Session]


@dataclass(frozen=True)
class Table:
    """Attendance of a lab: by seat over its sessions, and by session over its seats."""

    seats: list[tuple[Seat, attendance.SeatLine]]
    sessions: list[tuple[Session, attendance.SessionLine]]
    trend: str | None
    unrecorded: int


def zone(lab: Lab) -> ZoneInfo:
    """The time zone in which the lab meets: that of its programme."""
    return ZoneInfo(lab.area.programme.time_zone)


def today(lab: Lab, at: datetime) -> date:
    """The business date where the lab is."""
    return at.astimezone(zone(lab)).date()


def is_within_lab(session: Session) -> bool:
    """Whether the session begins and ends in the period of its lab, as the clock there has it."""
    where = zone(session.lab)
    first = session.starts_at.astimezone(where).date()
    last = session.ends_at.astimezone(where).date()
    return session.lab.starts_on <= first and last <= session.lab.ends_on


def of_lab(lab: Lab) -> QuerySet[Session]:
    """Every session with its group and how much is kept of it."""
    return (
        lab.sessions.select_related("group")
        .annotate(came=Count("attendance", distinct=True))
        .annotate(
            output_count=Count("records", filter=Q(records__kind=OUTPUT), distinct=True),
            minutes_count=Count("records", filter=Q(records__kind=MINUTES), distinct=True),
        )
        .order_by("starts_at", "pk")
    )


def weeks(sessions: Iterable[Session], where: ZoneInfo) -> list[Week]:
    """Sessions week by week as the clock there has it, Monday first."""
    found: dict[date, list[Session]] = {}
    for session in sessions:
        day = session.starts_at.astimezone(where).date()
        found.setdefault(day - timedelta(days=day.weekday()), []).append(session)
    return [Week(monday, found[monday]) for monday in sorted(found)]


def loaded() -> QuerySet[Session]:
    """Sessions with what their pages name."""
    return Session.objects.select_related(
        "lab__area__programme",
        "lab__plan",
        "lab__area__lead",
        "group",
        "by_user",
        "by_post__organisation",
    )


def who_came(session: Session) -> QuerySet[Attendance]:
    """Those who came, highest rank first."""
    return session.attendance.select_related("seat__organisation", "post__organisation").order_by(
        "rank", "seat__organisation__name"
    )


def seats_of(session: Session) -> QuerySet[Seat]:
    """The seats a session is for: its group's, else all of the lab's."""
    found = labs.seats(session.lab)
    return found.filter(groups=session.group_id) if session.group_id else found


def groups(lab: Lab) -> QuerySet[WorkingGroup]:
    """The groups of a lab with their seats and how often they met, running ones first."""
    seats = Seat.objects.select_related("organisation").order_by("organisation__name")
    return (
        lab.groups.prefetch_related(Prefetch("seats", queryset=seats))
        .annotate(
            session_count=Count("sessions", filter=Q(sessions__cancelled_because=""), distinct=True)
        )
        .order_by("closed_at", "name")
    )


def table(lab: Lab, at: datetime) -> Table:
    """Who came over time, to the newest sessions of which attendance was recorded.

    Cancelled sessions and those to come are left out; those that took place without a
    record are counted, for they would look as if nobody had come.
    """
    past = list(
        lab.sessions.filter(cancelled_because="", starts_at__lte=at)
        .select_related("group")
        .order_by("-starts_at", "-pk")[:MOST]
    )[::-1]
    rows = Attendance.objects.filter(session__in=past).values_list(
        "session", "seat", "rank", "delegate"
    )
    came = [attendance.Came(*row) for row in rows]
    recorded = {each.session for each in came}
    sessions = {each.pk: each for each in past if each.pk in recorded}
    seats = {seat.pk: seat for seat in labs.seats(lab)}
    members: dict[int, list[int]] = {}
    through = WorkingGroup.seats.through.objects.filter(workinggroup__lab=lab)
    for group, seat in through.values_list("workinggroup", "seat"):
        members.setdefault(group, []).append(seat)
    expected = {
        pk: members.get(each.group_id, []) if each.group_id else list(seats)
        for pk, each in sessions.items()
    }
    lines = attendance.by_session(came, expected)
    return Table(
        seats=[
            (seats[line.seat], line)
            for line in sorted(
                attendance.by_seat(came, expected),
                key=lambda line: list(seats).index(line.seat),
            )
        ],
        sessions=[(sessions[line.session], line) for line in lines],
        trend=attendance.trend(lines),
        unrecorded=len(past) - len(sessions),
    )
