"""Referrals: who reads which, what they came of, what has come in since."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Forum
from forums.selectors import ladders
from kpis.models import Reading, Retraction
from labs.models import Dependency, Milestone, Programme
from labs.rules import dependencies as dependency_rules
from labs.selectors import dependencies, programmes
from people.models import Appointment, Post
from people.selectors import calendars, people
from reviews.models import Dispute, Referral, Review
from reviews.selectors import disputes, reviews, subjects

OPEN = Referral.State.OPEN
RELATED = (
    *("organisation", "post__organisation", "reading__series__definition", "reading__series__cell"),
    *("by_user", "by_post__organisation", "answered_by", "decision__motion"),
    *("review__kpi__area__programme", "review__plan__lab__area__programme", "review__forum"),
    *("dispute__area__programme", "dispute__area__home_forum"),
)


@dataclass(frozen=True)
class About:
    """The review or dispute that a referral came of, with what acts on it need."""

    title: str
    url: str
    programme: Programme
    forum: Forum
    restricted: bool
    subject: subjects.Subject | None = None

    def day(self, at: datetime.datetime) -> datetime.date:
        """The date of ``at`` where the programme is."""
        return at.astimezone(ZoneInfo(self.programme.time_zone)).date()

    def after(self, day: datetime.date) -> datetime.date:
        """The working day after ``day`` in the calendar of the forum, else the programme's."""
        return calendars.deadline(day, 1, self.forum.country or self.programme.country)


def about(*, review: Review | None = None, dispute: Dispute | None = None) -> About:
    """What a referral of this review or dispute is about."""
    if review is not None:
        subject = subjects.of_review(review)
        return About(
            title=subject.title,
            url=reverse("reviews:review", args=[review.pk]),
            programme=subject.programme,
            forum=ladders.sitting_for(review.forum),
            restricted=subject.restricted,
            subject=subject,
        )
    if dispute is None:
        raise ValueError("a referral comes of a review or of a dispute")
    return About(
        title=dispute.title,
        url=reverse("reviews:dispute", args=[dispute.pk]),
        programme=dispute.area.programme,
        forum=ladders.sitting_for(dispute.area.home_forum),
        restricted=dispute.restricted_to.exists(),
    )


def readable(user: Any, on: datetime.date) -> QuerySet[Referral]:
    """Those of readable reviews and disputes, and what is asked of the user's organisations.

    Of something restricted the organisation asked reads what is asked, and not about what.
    """
    return Referral.objects.filter(
        Q(review__in=reviews.readable(user, on).values("pk"))
        | Q(dispute__in=disputes.readable(user, on).values("pk"))
        | _asked(user, on)
    )


def _asked(user: Any, on: datetime.date) -> Q:
    """Asked of an organisation of the user's, or of one that theirs has taken the place of."""
    own = people.organisation_ids_of(user, on)
    return (
        Q(organisation__in=own)
        | Q(organisation__successor__in=own)
        | Q(post__in=people.post_ids_of(user, on))
    )


def asked_of(user: Any, on: datetime.date) -> QuerySet[Referral]:
    """Everything asked of the user's organisations, soonest due first."""
    return loaded(Referral.objects.filter(_asked(user, on)))


def to_answer(user: Any, on: datetime.date) -> QuerySet[Referral]:
    """Open ones that wait for the user: of their post, else of anybody in the organisation."""
    in_office = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        post=OuterRef("post"),
        starts_on__lte=on,
        user__is_active=True,
    )
    mine = Q(post__in=people.post_ids_of(user, on)) | Q(post=None) | ~Exists(in_office)
    return asked_of(user, on).filter(mine, state=OPEN)


def hidden_count(user: Any, on: datetime.date) -> int:
    """How many open ones of readable programmes are kept from the user by restriction."""
    within = programmes.readable_ids(user, on)
    found = Referral.objects.filter(
        Q(review__kpi__area__programme__in=within)
        | Q(review__plan__lab__area__programme__in=within)
        | Q(dispute__area__programme__in=within),
        state=OPEN,
    )
    return found.exclude(pk__in=readable(user, on).values("pk")).count()


def of_programme(rows: QuerySet[Referral], code: str) -> QuerySet[Referral]:
    """Those that came of reviews and disputes of the programme with this code."""
    return rows.filter(
        Q(review__kpi__area__programme__code=code)
        | Q(review__plan__lab__area__programme__code=code)
        | Q(dispute__area__programme__code=code)
    )


def before(forum: Forum) -> QuerySet[Referral]:
    """Open ones that came of reviews of this forum, for its agenda: soonest due first."""
    return loaded(Referral.objects.filter(review__forum=forum, state=OPEN))


def loaded(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """Referrals with all that a line or a page shows of them."""
    title = Milestone.objects.filter(key=OuterRef("review__milestone_key")).order_by("-pk")
    return (
        rows.select_related(*RELATED)
        .annotate(
            milestone_title=Subquery(title.values("title")[:1]),
            corrected=Exists(Reading.objects.filter(corrects=OuterRef("reading")))
            | Exists(Retraction.objects.filter(reading=OuterRef("reading"))),
        )
        .order_by("due_on", "pk")
    )


@dataclass(frozen=True)
class Line:
    """A referral as a list or a page shows it; ``about`` is "" for who may not know."""

    referral: Referral
    about: str
    url: str
    needed: str = ""
    delivered: bool = False

    @property
    def corrected(self) -> bool:
        """Whether the value that was to be corrected has been corrected or taken back."""
        return bool(self.referral.reading_id) and self.referral.corrected  # type: ignore[attr-defined]

    @property
    def came_in(self) -> bool:
        """Whether what was asked has come in although nobody has said so yet."""
        return self.referral.state == OPEN and (self.corrected or self.delivered)


def lines(rows: Iterable[Referral], user: Any, on: datetime.date) -> list[Line]:
    """The rows of a page, loaded with ``loaded``. A fixed number of queries."""
    found = list(rows)
    known = seen(found, user, on)
    needs = {
        row.key: row
        for row in Dependency.objects.filter(
            key__in={row.dependency_key for row in found if row.dependency_key},
            until_revision=None,
        )
    }
    stand = dependencies.standings(needs.values(), on) if needs else {}
    made = []
    for row in found:
        may = (row.review_id, row.dispute_id) in known
        need = needs.get(row.dependency_key) if row.dependency_key and may else None
        made.append(
            Line(
                referral=row,
                about=_title(row) if may else "",
                url=_url(row) if may else "",
                needed=need.title if need else "",
                delivered=need is not None and stand[need.key].state == dependency_rules.DELIVERED,
            )
        )
    return made


def line(referral: Referral, user: Any, on: datetime.date) -> Line:
    """One referral, loaded with ``loaded``."""
    return lines([referral], user, on)[0]


def seen(rows: list[Referral], user: Any, on: datetime.date) -> set[tuple[int | None, int | None]]:
    """(review, dispute) of those whose review or dispute the user may read."""
    in_reviews = {row.review_id for row in rows if row.review_id}
    in_disputes = {row.dispute_id for row in rows if row.dispute_id}
    found: set[tuple[int | None, int | None]] = set()
    if in_reviews:
        readable_ones = reviews.readable(user, on).filter(pk__in=in_reviews)
        found |= {(pk, None) for pk in readable_ones.values_list("pk", flat=True)}
    if in_disputes:
        open_ones = disputes.readable(user, on).filter(pk__in=in_disputes)
        found |= {(None, pk) for pk in open_ones.values_list("pk", flat=True)}
    return found


def _title(row: Referral) -> str:
    if row.dispute is not None:
        return row.dispute.title
    review = row.review
    if review is not None and review.kpi is not None:
        return review.kpi.name
    return row.milestone_title or _("a milestone")  # type: ignore[attr-defined]


def _url(row: Referral) -> str:
    if row.dispute_id:
        return reverse("reviews:dispute", args=[row.dispute_id])
    return reverse("reviews:review", args=[row.review_id])


@dataclass(frozen=True)
class Note:
    """A line about a dependency on a page of labs."""

    text: str
    url: str


def on_dependencies(user: Any, keys: Iterable[UUID], on: datetime.date) -> dict[UUID, list[Note]]:
    """What reviews have opened of these dependencies (asked by labs, see DEPENDENCY_NOTES)."""
    rows = loaded(
        Referral.objects.filter(dependency_key__in=list(keys), state=OPEN) & readable(user, on)
    )
    found: dict[UUID, list[Note]] = {}
    for row in rows:
        if row.dependency_key is not None:
            text = _("A review waits for this: %(state)s") % {"state": row.get_state_display()}
            note = Note(text=text, url=reverse("reviews:referral", args=[row.pk]))
            found.setdefault(row.dependency_key, []).append(note)
    return found


def asked_post(reading: Reading | None, owner: Post | None) -> Post | None:
    """Who is asked to correct a value: the post that reported it, else the owner of the KPI."""
    if reading is not None and reading.by_post is not None:
        return reading.by_post
    return owner
