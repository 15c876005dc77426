"""Items of an agenda as a reader may see them: by name, or only counted (fact 8).

A fixed number of queries, however long the agenda and of whichever meeting.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Action, Meeting, Motion
from forums.selectors import members
from kpis.selectors import kpis as kpi_selectors
from labs.models import Initiative, Window
from labs.selectors import labs, programmes
from people.selectors import people
from reviews.models import AgendaItem, Dispute, Referral, Review
from reviews.selectors import agenda_then, disputes, motions, reviews
from reviews.selectors.agenda_waiting import ORDER, Waiting

Kind = AgendaItem.Kind
HEADINGS = {
    Kind.OVERDUE_AT_TOP: gettext_lazy("Overdue at the top"),
    Kind.DISPUTE: gettext_lazy("Disputes at this tier"),
    Kind.MOTION: gettext_lazy("Motions to decide"),
    Kind.END: gettext_lazy("Continue, adapt or stop"),
    Kind.REVIEW: gettext_lazy("Deviations under review"),
    Kind.LOOK_AGAIN: gettext_lazy("To look at again"),
    Kind.ACTION: gettext_lazy("Actions overdue"),
    Kind.REFERRAL: gettext_lazy("Issues not answered"),
    Kind.GAP: gettext_lazy("Values not reported"),
    Kind.OTHER: gettext_lazy("Other business"),
}


@dataclass(frozen=True)
class Line:
    """One item with its name and page. ``is_over``: what it is about no longer waits.

    ``since``: on a past agenda, what became of it after the meeting.
    """

    item: AgendaItem
    title: str
    url: str
    detail: str = ""
    day: datetime.date | None = None
    is_over: bool = False
    since: str = ""


@dataclass(frozen=True)
class Agenda:
    """What a reader sees of an agenda. ``hidden``: items that are only counted."""

    lines: list[Line]
    hidden: int
    total: int

    @property
    def parts(self) -> list[tuple[str, list[Line]]]:
        """The items under the heading of their kind, in the order of an agenda."""
        found = [(kind, [row for row in self.lines if row.item.kind == kind]) for kind in ORDER]
        return [(str(HEADINGS[kind]), rows) for kind, rows in found if rows]


def of_meeting(meeting: Meeting) -> list[AgendaItem]:
    """The items written down for a meeting, in their order."""
    rows = AgendaItem.objects.filter(meeting=meeting)
    return list(rows.select_related("decision__motion", "added_by").order_by("position", "pk"))


def as_items(meeting: Meeting, found: Iterable[Waiting]) -> list[AgendaItem]:
    """What waits now as items that are not written down yet: the live agenda."""
    return [AgendaItem(meeting=meeting, kind=row.kind, key=row.key, **row.refs) for row in found]


def named(
    items: Sequence[AgendaItem],
    user: Any,
    on: datetime.date,
    then: datetime.datetime | None = None,
) -> Agenda:
    """The items as this reader may see them; with ``then`` as they stood at that time."""
    names = _Names(items, user, on)
    lines = [line for item in items if (line := names.line(item)) is not None]
    if then is not None:
        past = agenda_then.Then([line.item for line in lines], then)
        lines = [past.told(line, names.subject(line.item)) for line in lines]
    return Agenda(lines=lines, hidden=len(items) - len(lines), total=len(items))


def latest(forums: Iterable[int], keys: Iterable[str] | None = None) -> dict[str, AgendaItem]:
    """What became of each matter on the last agenda of these forums that was dealt with."""
    rows = AgendaItem.objects.filter(meeting__forum__in=list(forums)).exclude(outcome="")
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    ordered = rows.order_by("meeting__starts_at", "meeting_id", "pk")
    return {item.key: item for item in ordered}


class _Names:
    """Names of everything on an agenda that the reader may see, read in a few queries."""

    def __init__(self, items: Sequence[AgendaItem], user: Any, on: datetime.date) -> None:
        self.referrals = Referral.objects.select_related("organisation").in_bulk(
            _ids(items, "referral_id")
        )
        self.actions = Action.objects.select_related("owner__organisation", "decision").in_bulk(
            _ids(items, "action_id")
        )
        self._of_cases(items, user, on)
        self._of_motions(items, user, on)
        kpis = kpi_selectors.readable(user, on).filter(pk__in=_ids(items, "kpi_id"))
        self.kpis = kpis.in_bulk()
        self._of_ends(items, user, on)

    def _of_cases(self, items: Sequence[AgendaItem], user: Any, on: datetime.date) -> None:
        asked = self.referrals.values()
        cases = _ids(items, "dispute_id") | _ids(asked, "dispute_id")
        found = disputes.readable(user, on).filter(pk__in=cases)
        self.disputes: dict[int, Dispute] = found.in_bulk()
        subjects = _ids(items, "review_id") | _ids(asked, "review_id")
        listed = reviews.listed(reviews.readable(user, on).filter(pk__in=subjects))
        self.reviews: dict[int, Review] = {row.pk: row for row in listed}

    def _of_motions(self, items: Sequence[AgendaItem], user: Any, on: datetime.date) -> None:
        self.motions = Motion.objects.in_bulk(_ids(items, "motion_id"))
        self.oversees = people.is_auditor(user) or people.is_delivery_unit(user)
        self.own = members.forum_ids_of(user, on) if self.motions else set()
        behind = {row.decision.motion_id for row in self.actions.values() if row.decision}
        self.unseen = motions.unnamed({*self.motions, *behind}, user, on)

    def _of_ends(self, items: Sequence[AgendaItem], user: Any, on: datetime.date) -> None:
        keys = {item.initiative_key for item in items if item.initiative_key}
        rows = Initiative.objects.filter(
            key__in=keys, plan__in=labs.readable_plans(user, on).values("pk")
        )
        self.initiatives: dict[uuid.UUID, Initiative] = {
            row.key: row for row in rows.order_by("pk")
        }
        windows = {int(item.key.split(":")[1]) for item in items if item.key.startswith("window:")}
        within = programmes.readable(user, on).values("pk")
        found = Window.objects.filter(pk__in=windows, programme__in=within)
        self.windows: dict[int, Window] = found.in_bulk()

    def line(self, item: AgendaItem) -> Line | None:
        """The item by name, or None where the reader may only count it."""
        by_kind = {
            Kind.OVERDUE_AT_TOP: self._dispute,
            Kind.DISPUTE: self._dispute,
            Kind.MOTION: self._motion,
            Kind.REVIEW: self._review,
            Kind.LOOK_AGAIN: self._review,
            Kind.ACTION: self._action,
            Kind.REFERRAL: self._referral,
            Kind.GAP: self._gap,
            Kind.END: self._end,
        }
        kind = Kind(item.kind)
        return by_kind[kind](item) if kind in by_kind else Line(item, item.title, "")

    def subject(self, item: AgendaItem) -> Any:
        """The row that an item points at, if it is one that was read here."""
        return (
            self.disputes.get(item.dispute_id or 0)
            or self.motions.get(item.motion_id or 0)
            or self.reviews.get(item.review_id or 0)
            or self.actions.get(item.action_id or 0)
            or self.referrals.get(item.referral_id or 0)
        )

    def _dispute(self, item: AgendaItem) -> Line | None:
        row = self.disputes.get(item.dispute_id or 0)
        if row is None:
            return None
        over = row.state != Dispute.State.OPEN
        url = reverse("reviews:dispute", args=[row.pk])
        day = None if over else row.deadline
        return Line(item, row.title, url, row.get_state_display(), day, over)

    def _motion(self, item: AgendaItem) -> Line | None:
        row = self.motions.get(item.motion_id or 0)
        if row is None or row.pk in self.unseen:
            return None
        over = row.state != Motion.State.OPEN
        inside = self.oversees or row.forum_id in self.own
        url = reverse("forums:motion" if inside else "reviews:subject", args=[row.pk])
        return Line(item, row.title, url, row.get_state_display(), is_over=over)

    def _review(self, item: AgendaItem) -> Line | None:
        row = self.reviews.get(item.review_id or 0)
        if row is None:
            return None
        again = item.kind == Kind.LOOK_AGAIN
        title = row.kpi.name if row.kpi else str(getattr(row, "milestone_title", "") or row)
        return Line(
            item,
            title,
            reverse("reviews:review", args=[row.pk]),
            _review_detail(row, again),
            row.look_again_on if again else row.due_on,
            is_over=not again and row.state != Review.State.OPEN,
        )

    def _action(self, item: AgendaItem) -> Line | None:
        row = self.actions.get(item.action_id or 0)
        if row is None or (row.decision and row.decision.motion_id in self.unseen):
            return None
        over = row.state != Action.State.OPEN
        url = reverse("forums:action", args=[row.pk])
        return Line(item, row.title, url, str(row.owner), row.due_on, over)

    def _referral(self, item: AgendaItem) -> Line | None:
        row = self.referrals.get(item.referral_id or 0)
        if row is None or not (row.review_id in self.reviews or row.dispute_id in self.disputes):
            return None
        name, pk = ("review", row.review_id) if row.review_id else ("dispute", row.dispute_id)
        return Line(
            item,
            row.text[:200],
            reverse(f"reviews:{name}", args=[pk]),
            str(row.organisation),
            row.due_on,
            is_over=row.state != Referral.State.OPEN,
        )

    def _gap(self, item: AgendaItem) -> Line | None:
        row = self.kpis.get(item.kpi_id or 0)
        if row is None:
            return None
        return Line(item, row.name, reverse("kpis:kpi", args=[row.code]))

    def _end(self, item: AgendaItem) -> Line | None:
        if item.initiative_key is None:
            window = self.windows.get(int(item.key.split(":")[1]))
            if window is None:
                return None
            url = reverse("reviews:window_end", args=[window.pk])
            return Line(item, window.title, url, day=window.closes_on)
        row = self.initiatives.get(item.initiative_key)
        if row is None:
            return None
        url = reverse("reviews:end", args=[row.plan_id, row.key])
        return Line(item, row.title, url, day=row.expires_on)


def _ids(items: Iterable[AgendaItem | Referral], column: str) -> set[Any]:
    return {pk for item in items if (pk := getattr(item, column)) is not None}


def _review_detail(row: Review, again: bool) -> str:
    """Its state; of one to be looked at again the day says enough."""
    if again:
        return ""
    return _("not explained in time") if _unexplained(row) else str(row.get_state_display())


def _unexplained(review: Review) -> bool:
    """Whether its day to explain passed and nobody has explained since."""
    return review.unexplained_at is not None and not getattr(review, "explained", False)
