"""Reading meetings: a forum's day, its next and last meeting, the rhythm it planned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from forums.models import Attendance, Cycle, Decision, Forum, Meeting
from forums.selectors.members import invited, members
from people.models import Post
from people.rules import workdays
from people.selectors import calendars

# Days from one meeting to the next, as a plan says them; the longest of such a period.
GAP_DAYS: dict[str, int] = {
    Cycle.Rhythm.WEEKLY: 7,
    Cycle.Rhythm.MONTHLY: 31,
    Cycle.Rhythm.QUARTERLY: 92,
    Cycle.Rhythm.HALF_YEARLY: 184,
    Cycle.Rhythm.YEARLY: 366,
}
RECORD_DAYS = 3  # working days within which it is to be recorded that a meeting took place
RELATED = ("forum", "cycle", "chaired_by__organisation", "signed_by", "signed_in__organisation")


def zone(forum: Forum) -> ZoneInfo:
    """Where the forum's clock hangs: its own zone, else that of the installation."""
    return ZoneInfo(forum.time_zone or settings.TIME_ZONE)


def today(forum: Forum, at: datetime) -> date:
    """The day it is where the forum meets."""
    return at.astimezone(zone(forum)).date()


def day_of(meeting: Meeting) -> date:
    """The day of a meeting where it takes place."""
    return today(meeting.forum, meeting.starts_at)


def bounds(forum: Forum, day: date) -> tuple[datetime, datetime]:
    """From when to when a day lasts where the forum meets."""
    here = zone(forum)
    start = datetime.combine(day, time(), tzinfo=here)
    return start, datetime.combine(day + timedelta(days=1), time(), tzinfo=here)


def working_day(forum: Forum, day: date, n: int) -> date:
    """The n-th working day of the forum's country after ``day``, before it for a negative n."""
    reach = 1 + abs(n) // 200
    off = calendars.holidays(forum.country, day.year - reach, day.year + reach)
    return workdays.add_working_days(day, n, off)


def next_meeting(forum: Forum, at: datetime) -> Meeting | None:
    """The first planned meeting that starts at this time or later."""
    return (
        Meeting.objects.filter(forum=forum, state=Meeting.State.PLANNED, starts_at__gte=at)
        .order_by("starts_at", "pk")
        .first()
    )


def last_meeting(forum: Forum, at: datetime) -> Meeting | None:
    """The newest meeting that was held and had begun by this time."""
    return (
        Meeting.objects.filter(forum=forum, state=Meeting.State.HELD, starts_at__lte=at)
        .order_by("-starts_at", "-pk")
        .first()
    )


def following(meeting: Meeting) -> Meeting | None:
    """The meeting of the forum after this one, planned or held."""
    states = [Meeting.State.PLANNED, Meeting.State.HELD]
    later = Meeting.objects.filter(
        forum=meeting.forum_id, starts_at__gt=meeting.starts_at, state__in=states
    )
    return later.order_by("starts_at", "pk").first()


def planned_gap_days(forum: Forum) -> int:
    """Days between two meetings as planned: the shortest rhythm, else what the forum states."""
    rhythms = Cycle.objects.filter(forum=forum, ends_on=None).values_list("rhythm", flat=True)
    return min((GAP_DAYS[rhythm] for rhythm in rhythms), default=forum.meets_every_days)


def to_call(at: datetime) -> list[Meeting]:
    """Planned meetings whose day to send the agenda has come; past ones are no longer called."""
    reach = (at + timedelta(hours=14)).date()  # the earliest time zone there is
    waiting = Meeting.objects.filter(
        state=Meeting.State.PLANNED, called_at=None, call_on__lte=reach, starts_at__gt=at
    )
    found = waiting.select_related("forum").order_by("call_on", "pk")
    return [meeting for meeting in found if meeting.call_on <= today(meeting.forum, at)]


def called(at: datetime) -> list[Meeting]:
    """Planned meetings whose agenda has gone out and that are not over yet."""
    found = Meeting.objects.filter(
        state=Meeting.State.PLANNED, called_at__isnull=False, starts_at__gt=at - timedelta(days=2)
    )
    ordered = found.select_related("forum").order_by("starts_at", "pk")
    return [meeting for meeting in ordered if meeting.ends_at > at]


def to_miss(at: datetime) -> list[Meeting]:
    """Planned meetings that nobody recorded within three working days after their day."""
    passed = Meeting.objects.filter(
        state=Meeting.State.PLANNED, starts_at__lt=at - timedelta(days=RECORD_DAYS)
    )
    found = passed.select_related("forum").order_by("starts_at", "pk")
    return [
        meeting
        for meeting in found
        if working_day(meeting.forum, day_of(meeting), RECORD_DAYS) < today(meeting.forum, at)
    ]


@dataclass(frozen=True, slots=True)
class Place:
    """A post for which somebody may come, and whether it is a core place."""

    post: Post
    core: bool


def places(forum: Forum, on: date) -> list[Place]:
    """Chair and core members, then an alternate who is no member, then those invited."""
    core = members(forum, on)
    others = [post for post in invited(forum, on) if post.pk != forum.alternate_id]
    if forum.alternate is not None:
        others = [forum.alternate, *others]
    taken = {post.pk for post in core}
    return [
        *(Place(post, True) for post in core),
        *(Place(post, False) for post in others if post.pk not in taken),
    ]


def attendance(meeting: Meeting) -> list[Attendance]:
    """Who came, core places first, then by rank of the post."""
    rows = meeting.attendance.select_related("post__organisation")
    return list(rows.order_by("-core", "post__rank", "post__title", "pk"))


def decisions_at(meeting: Meeting) -> QuerySet[Decision]:
    """What the forum decided on the day of the meeting."""
    start, end = bounds(meeting.forum, day_of(meeting))
    return (
        Decision.objects.filter(motion__forum=meeting.forum_id, at__gte=start, at__lt=end)
        .select_related("motion")
        .order_by("at", "pk")
    )


def coming(forum: Forum) -> QuerySet[Meeting]:
    """Planned meetings, the next first; those not recorded yet among them."""
    found = Meeting.objects.filter(forum=forum, state=Meeting.State.PLANNED)
    return found.select_related("cycle", "forum").order_by("starts_at", "pk")


def past(forum: Forum) -> QuerySet[Meeting]:
    """Meetings that were held, cancelled or missed, the newest first."""
    found = Meeting.objects.filter(forum=forum).exclude(state=Meeting.State.PLANNED)
    return found.select_related("cycle", "forum").order_by("-starts_at", "-pk")


def open_cycles(forum: Forum) -> QuerySet[Cycle]:
    """The rhythms in which the forum meets now."""
    return Cycle.objects.filter(forum=forum, ends_on=None).order_by("first_on", "pk")


def signing_posts(meeting: Meeting, user_id: int | None) -> list[int]:
    """In which posts this user could sign: the one that chaired, then chair and alternate."""
    found = [meeting.chaired_by_id]
    if meeting.minuted_by_id != user_id:
        found += [meeting.forum.chair_id, meeting.forum.alternate_id]
    return [post_id for post_id in dict.fromkeys(found) if post_id is not None]


def one() -> QuerySet[Meeting]:
    """Meetings with what the page of one shows."""
    offices = ("forum__chair__organisation", "forum__alternate__organisation")
    return Meeting.objects.select_related(*RELATED, *offices, "minuted_by", "document")


def to_prepare(posts: Iterable[int], on: date) -> QuerySet[Meeting]:
    """Meetings whose agenda goes out within a week: who keeps it looks whether all is there."""
    found = Meeting.objects.filter(
        _kept_by(posts),
        state=Meeting.State.PLANNED,
        called_at=None,
        call_on__lte=on + timedelta(days=7),
    )
    return found.select_related("forum").order_by("call_on", "pk")


def to_record(posts: Iterable[int], on: date, at: datetime | None = None) -> QuerySet[Meeting]:
    """Meetings of which these posts have to say who came, or to write the minutes.

    Those that have begun by ``at``; without a time, those of the day ``on`` too.
    """
    by_now = Q(starts_at__lte=at) if at else Q(starts_at__date__lte=on)
    begun = Q(state=Meeting.State.PLANNED) & by_now
    found = Meeting.objects.filter(
        begun | Q(state=Meeting.State.HELD, minuted_at=None), _kept_by(posts)
    )
    return found.select_related("forum").order_by("starts_at", "pk")


def to_sign(posts: Iterable[int], user_id: int | None) -> QuerySet[Meeting]:
    """Minutes that these posts may sign: as who chaired, or as the chair of the forum."""
    own = list(posts)
    as_chair = Q(forum__chair__in=own) & ~Q(minuted_by=user_id)
    found = Meeting.objects.filter(
        Q(chaired_by__in=own) | as_chair,
        state=Meeting.State.HELD,
        minuted_at__isnull=False,
        signed_at=None,
    )
    return found.select_related("forum").order_by("starts_at", "pk")


def _kept_by(posts: Iterable[int]) -> Q:
    """Of forums whose secretary holds one of these posts; without a secretary the chair."""
    own = list(posts)
    return Q(forum__secretary__in=own) | Q(forum__secretary=None, forum__chair__in=own)
