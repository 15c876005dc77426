"""Many disputes on a realistic ladder, prepared set-based.

Twelve working committees under four steering committees, a task force and a council: each
with chair, alternate, secretary and four core members, each post held by a person. Forty
organisations with two held posts each; some of their posts sit in the forums. Disputes run
between two of them, opened by an officer of the first, on three or four tiers.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection

AT = datetime.datetime(2026, 4, 17, 2, 0, tzinfo=datetime.UTC)
ORGANISATIONS, HOMES, STEERING, MEMBERS = 40, 12, 4, 4
DAYS_LATE = 5  # last days are spread over so many days
TABLES = ("reviews_bumpup", "reviews_tier", "reviews_party", "reviews_dispute")

NUMBERS = """
INSERT INTO bench_case (n) WITH RECURSIVE up(n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM up WHERE n + 1 < %s
) SELECT n FROM up
"""
DISPUTES = """
INSERT INTO reviews_dispute (id, at, area_id, title, about, question, state, tier, deadline,
    is_distributional, ended_because, is_illustrative, by_user_id, by_post_id)
SELECT %(first)s + n, %(at)s, %(area)s, 'Dispute ' || n, 'value', 'Whose count is right?', 'open',
    1, day, FALSE, '', FALSE, opener, post
FROM bench_case JOIN bench_day ON bench_day.d = n %% %(days)s
    JOIN bench_organisation ON bench_organisation.o = n %% %(organisations)s
"""
# An organisation and the one some places further, never itself: two parties each.
PARTIES = """
INSERT INTO reviews_party (dispute_id, organisation_id, joined_at, withdrew_because)
SELECT %(first)s + n, organisation, %(at)s, ''
FROM bench_case CROSS JOIN (SELECT 0 AS side UNION ALL SELECT 1) AS sides
    JOIN bench_organisation
    ON bench_organisation.o = (n + side * (1 + n %% 7)) %% %(organisations)s
"""
# Every third dispute starts at the steering committee: three tiers, else four.
TIERS = """
INSERT INTO reviews_tier (dispute_id, number, forum_id, response_days, minimum_stay_days,
    chair_id, alternate_id, quorum, entered_at, deadline)
SELECT %(first)s + n, rung.level - shift, rung.forum, 10, 5, rung.chair, rung.alternate, 2,
    CASE WHEN rung.level - shift = 1 THEN %(at)s END,
    CASE WHEN rung.level - shift = 1 THEN day END
FROM (SELECT n, CASE WHEN n %% 3 = 0 THEN 1 ELSE 0 END AS shift, n %% %(homes)s AS home
      FROM bench_case) AS cases
    JOIN bench_day ON bench_day.d = n %% %(days)s
    JOIN bench_rung AS rung ON rung.home = cases.home AND rung.level > shift
ORDER BY n, rung.level
"""
OPEN = """
INSERT INTO reviews_dispute (at, area_id, title, about, question, state, tier, deadline,
    is_distributional, ended_because, is_illustrative)
SELECT %(at)s, %(area)s, 'Open ' || n, 'value', 'Whose?', 'open', 1, day, FALSE, '', FALSE
FROM bench_case JOIN bench_day ON bench_day.d = n %% %(days)s
"""


@dataclass(frozen=True)
class World:
    """Where the disputes play: an area, the rungs above each home forum, the organisations."""

    area: int
    rungs: list[tuple[int, int, int, int, int]]  # home, level, forum, chair, alternate
    organisations: list[tuple[int, int, int, int]]  # number, organisation, officer, post


def world(code: str) -> World:
    """Forums with people in them, and organisations with officers."""
    from benchmarks.portfolio import an_area

    area = an_area(code)
    people = _people(code)
    top = _forum(f"{code} council", None, people, 0)
    force = _forum(f"{code} task force", top, people, 1)
    steering = [_forum(f"{code} steering {n}", force, people, 2 + n) for n in range(STEERING)]
    rungs = []
    for home in range(HOMES):
        above = steering[home % STEERING]
        lowest = _forum(f"{code} committee {home}", above, people, 10 + home)
        for level, forum in enumerate((lowest, above, force, top), start=1):
            rungs.append((home, level, forum.pk, forum.chair_id, forum.alternate_id))
    return World(area.pk, rungs, people)


def due(place: World, first: int, count: int) -> None:
    """So many open disputes from the id ``first`` on, whose last days have passed."""
    days = [AT.date() - datetime.timedelta(days=1 + n) for n in range(DAYS_LATE)]
    given = {
        "first": first,
        "at": connection.ops.adapt_datetimefield_value(AT - datetime.timedelta(days=20)),
        "area": place.area,
        "days": DAYS_LATE,
        "organisations": ORGANISATIONS,
        "homes": HOMES,
    }
    _with_tables(place, count, days)
    with connection.cursor() as cursor:
        for statement in (DISPUTES, PARTIES, TIERS):
            cursor.execute(statement, given)
    settle()


def ahead(area: int, count: int) -> None:
    """So many open disputes whose last day lies ahead: nothing to do about them yet."""
    days = [AT.date() + datetime.timedelta(days=30 + n) for n in range(300)]
    at = connection.ops.adapt_datetimefield_value(AT)
    _with_tables(World(area, [], []), count, days)
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"at": at, "area": area, "days": len(days)})
    settle()


def clear() -> None:
    """No dispute is left of an earlier run."""
    with connection.cursor() as cursor:
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"TRUNCATE {table} CASCADE")
            else:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def settle() -> None:
    """Let the database know how much there is, as it would after a while."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            cursor.execute("VACUUM ANALYZE reviews_dispute, reviews_tier, reviews_party")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")


def _people(code: str) -> list[tuple[int, int, int, int]]:
    from people.models import Appointment, Organisation, Post, User

    start = datetime.date(2020, 1, 1)
    made = []
    for number in range(ORGANISATIONS):
        ministry = Organisation.objects.create(name=f"{code} ministry {number}")
        for title in ("Director", "Deputy"):
            post = Post.objects.create(organisation=ministry, title=title)
            email = f"{title}-{number}@{code}.example".lower()
            user = User.objects.create(email=email, name=title)
            Appointment.objects.create(post=post, user=user, starts_on=start)
        made.append((number, ministry.pk, user.pk, post.pk))
    return made


def _forum(name: str, parent: Any, people: list[tuple[int, int, int, int]], number: int) -> Any:
    from forums.models import Forum, Membership
    from people.models import Appointment, Organisation, Post, User

    start = datetime.date(2020, 1, 1)
    office = Organisation.objects.create(name=f"Office of {name}")
    posts = []
    for title in ("Chair", "Alternate", "Secretary", *(f"Member {n}" for n in range(MEMBERS - 1))):
        post = Post.objects.create(organisation=office, title=title)
        user = User.objects.create(
            email=f"{name}-{title}@office.example".replace(" ", "-"), name=title
        )
        Appointment.objects.create(post=post, user=user, starts_on=start)
        posts.append(post)
    chair, alternate, secretary, *members = posts
    forum = Forum.objects.create(
        name=name, parent=parent, chair=chair, alternate=alternate, secretary=secretary, quorum=2,
        country="MY",
    )  # fmt: skip
    seats = [post.pk for post in members] + [people[number % ORGANISATIONS][3]]
    for pk in seats:
        Membership.objects.create(forum=forum, post_id=pk, starts_on=start)
    return forum


def _with_tables(place: World, count: int, days: list[datetime.date]) -> None:
    tables = {
        "bench_case": ("n integer", None),
        "bench_day": ("d integer, day date", list(enumerate(days))),
        "bench_organisation": (
            "o integer, organisation bigint, opener bigint, post bigint",
            place.organisations,
        ),
        "bench_rung": (
            "home integer, level integer, forum bigint, chair bigint, alternate bigint",
            place.rungs,
        ),
    }
    with connection.cursor() as cursor:
        for name, (columns, rows) in tables.items():
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
            if rows:
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608
        cursor.execute(NUMBERS, [count])
