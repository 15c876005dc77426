"""How forums do: what the tables say of their meetings, items and decisions.

Set-based: as many queries for one forum as for all of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from forums.models import Attendance, Cycle, Decision, Forum, Meeting, Mode
from forums.selectors.meetings import GAP_DAYS, today, zone
from people.models import Post
from reviews.models import AgendaItem, Dispute, Review
from reviews.rules import forum_health as rules
from reviews.rules.forum_health import Health, Items, Sitting
from reviews.selectors import met

WINDOW = timedelta(days=365)
BACK = 2 * WINDOW  # the meeting before the window, from which its first gap runs
OUTCOMES = AgendaItem.Outcome
UNRANKED = Post._meta.get_field("rank").default  # a post whose rank nobody has set
CAME = (Attendance.Presence.PRESENT, Attendance.Presence.DELEGATE)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Decisions about a forum's business that another forum took."""

    forum: Forum
    rulings: int
    reviews: int

    @property
    def count(self) -> int:
        return self.rulings + self.reviews


@dataclass(frozen=True, slots=True)
class ForumHealth:
    """One forum and how it does."""

    forum: Forum
    health: Health
    elsewhere: list[Elsewhere]
    next_at: datetime | None


def every(at: datetime) -> list[ForumHealth]:
    """All open forums, the worst first."""
    found = of(list(Forum.objects.filter(closed_on=None).order_by("name", "pk")), at)
    return sorted(found, key=lambda each: (each.health.order, each.forum.name, each.forum.pk))


def of(forums: Sequence[Forum], at: datetime) -> list[ForumHealth]:
    """How these forums do, in their order; a fixed number of queries."""
    ids = [forum.pk for forum in forums]
    since = at - WINDOW
    meetings = _meetings(ids, at)
    sittings = _sittings([row for rows in meetings.values() for row in rows])
    cycles = _cycles(ids)
    items = _items(ids, since, at)
    own, written = _own(ids, since, at)
    elsewhere = _elsewhere(ids, since, at)
    following = _next(ids, at)
    return [
        ForumHealth(
            forum=forum,
            health=rules.health(
                rules.Facts(
                    today=today(forum, at),
                    plan=_plan(forum, _open(cycles[forum.pk])),
                    window_from=today(forum, since),
                    held=_held(forum, meetings[forum.pk], sittings),
                    due=_due(forum, meetings[forum.pk], since),
                    watched_from=min(
                        (row.first_on for row in _open(cycles[forum.pk])), default=None
                    ),
                    items=items.get(forum.pk, Items()),
                    own=own[forum.pk],
                    written=written[forum.pk],
                    elsewhere=sum(row.count for row in elsewhere.get(forum.pk, [])),
                )
            ),
            elsewhere=elsewhere.get(forum.pk, []),
            next_at=following.get(forum.pk),
        )
        for forum in forums
    ]


def _meetings(ids: Sequence[int], at: datetime) -> dict[int, list[Any]]:
    """Every meeting that was to begin by now, oldest first; see reviews.selectors.met."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = met.told_apart(
        Meeting.objects.filter(forum__in=ids, starts_at__gt=at - BACK, starts_at__lte=at)
    )
    for row in rows.order_by("starts_at", "pk"):
        found[row.forum_id].append(row)
    return found


def _sittings(meetings: Iterable[Meeting]) -> dict[int, dict[str, Any]]:
    """For each meeting that was held: its places, who came for them, and their ranks."""
    held = [row.pk for row in meetings if row.state == Meeting.State.HELD]
    found: dict[int, dict[str, Any]] = defaultdict(
        lambda: {"core": 0, "came": 0, "delegates": 0, "ranks": [], "chair": None}
    )
    rows = Attendance.objects.filter(meeting__in=held).values_list(
        "meeting", "core", "presence", "rank", "post", "meeting__forum__chair"
    )
    for meeting, core, presence, rank, post, chair in rows.order_by("meeting", "pk"):
        sitting = found[meeting]
        came = presence in CAME
        if core:
            sitting["core"] += 1
            sitting["came"] += came
            sitting["delegates"] += presence == Attendance.Presence.DELEGATE
            if came and rank not in (None, UNRANKED):
                sitting["ranks"].append(rank)
        if post == chair:
            sitting["chair"] = presence == Attendance.Presence.PRESENT
    return found


def _held(
    forum: Forum, meetings: list[Any], sittings: dict[int, dict[str, Any]]
) -> tuple[Sitting, ...]:
    found = []
    for row in meetings:
        if row.state == Meeting.State.HELD:
            known = sittings.get(row.pk, {"core": 0, "came": row.came or 0})
            ranks = tuple(known.get("ranks", ()))
            day = row.starts_at.astimezone(zone(forum)).date()
            told = {"day": day, "planned": row.planned, "quorate": row.quorate}
            found.append(Sitting(**{**known, "ranks": ranks, **told}))
    return tuple(found)


def _due(forum: Forum, meetings: list[Any], since: datetime) -> int:
    """Planned meetings of the window that were to be held by now, whatever became of them."""
    first = today(forum, since)
    return sum(
        row.planned and row.starts_at.astimezone(zone(forum)).date() >= first for row in meetings
    )


def _cycles(ids: Sequence[int]) -> dict[int, list[Cycle]]:
    """Every rhythm of each forum, also those that have ended."""
    found: dict[int, list[Cycle]] = defaultdict(list)
    for row in Cycle.objects.filter(forum__in=ids).order_by("pk"):
        found[row.forum_id].append(row)
    return found


def _open(cycles: list[Cycle]) -> list[Cycle]:
    return [row for row in cycles if row.ends_on is None]


def _plan(forum: Forum, cycles: list[Cycle]) -> int:
    """Days between meetings as planned: the shortest rhythm, else what the forum states."""
    return min((GAP_DAYS[row.rhythm] for row in cycles), default=forum.meets_every_days)


def _items(ids: Sequence[int], since: datetime, at: datetime) -> dict[int, Items]:
    rows = (
        AgendaItem.objects.filter(
            meeting__forum__in=ids,
            meeting__state=Meeting.State.HELD,
            meeting__starts_at__gt=since,
            meeting__starts_at__lte=at,
        )
        .values_list("meeting__forum")
        .annotate(
            decided=Count("pk", Q(outcome=OUTCOMES.DECIDED)),
            done=Count("pk", Q(outcome=OUTCOMES.DONE)),
            noted=Count("pk", Q(outcome=OUTCOMES.NOTED)),
            carried=Count("pk", Q(outcome=OUTCOMES.CARRIED_OVER)),
        )
        .order_by()
    )
    return {forum: Items(*counts) for forum, *counts in rows}


def _own(ids: Sequence[int], since: datetime, at: datetime) -> tuple[Counter[int], Counter[int]]:
    """Decisions each forum took itself, and those of them between meetings, in writing."""
    own, written = Counter[int](), Counter[int]()
    rows = (
        Decision.objects.filter(motion__forum__in=ids, at__gt=since, at__lte=at)
        .exclude(outcome=Decision.Outcome.LAPSED)
        .values_list("motion__forum")
        .annotate(count=Count("pk"), written=Count("pk", Q(motion__mode=Mode.WRITTEN)))
        .order_by()
    )
    for forum, count, in_writing in rows:
        own[forum], written[forum] = count, in_writing
    return own, written


def _elsewhere(ids: Sequence[int], since: datetime, at: datetime) -> dict[int, list[Elsewhere]]:
    """What other forums decided on areas whose home a forum is: rulings and ends of reviews."""
    span = {"decision__at__gt": since, "decision__at__lte": at}
    rulings = Dispute.objects.filter(area__home_forum__in=ids, **span).annotate(
        home=F("area__home_forum")
    )
    reviews = Review.objects.annotate(
        home=Coalesce("kpi__area__home_forum", "plan__lab__area__home_forum")
    ).filter(home__in=ids, **span)
    counts: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for place, rows in enumerate((rulings, reviews)):
        others = rows.exclude(home=F("decision__motion__forum"))
        by_forum = others.values_list("home", "decision__motion__forum").annotate(Count("pk"))
        for home, forum, count in by_forum.order_by():
            counts[home, forum][place] = count
    forums = Forum.objects.in_bulk({forum for _home, forum in counts})
    found: dict[int, list[Elsewhere]] = defaultdict(list)
    for (home, forum), (ruled, reviewed) in counts.items():
        found[home].append(Elsewhere(forums[forum], ruled, reviewed))
    for lines in found.values():
        lines.sort(key=lambda each: (-each.count, each.forum.name, each.forum.pk))
    return found


def _next(ids: Sequence[int], at: datetime) -> dict[int, datetime]:
    """When each forum meets next, as planned."""
    rows = Meeting.objects.filter(
        forum__in=ids, state=Meeting.State.PLANNED, starts_at__gt=at
    ).order_by("-starts_at", "-pk")
    return dict(rows.values_list("forum", "starts_at"))


def last_day(health: Health) -> date | None:
    """The day of the newest meeting."""
    return health.facts.held[-1].day if health.facts.held else None
