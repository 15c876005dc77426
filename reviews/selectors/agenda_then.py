"""Items of a past agenda as they stood when the meeting dealt with them, and what came since.

What a meeting said of an item is written down with it. How the thing itself stood is read
from rows that carry their time: tiers entered, explanations, decisions, answers. A fixed
number of queries, however long the agenda.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from forums.models import Action, Decision, Meeting, Motion
from kpis.models import SeriesStatus
from people import days
from reviews.models import AgendaItem, Dispute, Explanation, Extension, Referral, Review, Tier

if TYPE_CHECKING:
    from reviews.selectors.agenda_items import Line

Kind, Outcome = AgendaItem.Kind, AgendaItem.Outcome
OVER = {Outcome.DECIDED, Outcome.DONE}


def moment(meeting: Meeting, at: datetime.datetime) -> datetime.datetime | None:
    """As of when a past meeting's agenda is told; None while the meeting is to come."""
    if meeting.state == Meeting.State.PLANNED:
        return None
    return min(meeting.ends_at, at)


@dataclass(frozen=True)
class _End:
    """How something ended, and when, where that is on record."""

    word: str
    at: datetime.datetime | None

    def __str__(self) -> str:
        if self.at is None:
            return self.word
        return f"{self.word}, {days.in_words(self.at)}"


class Then:
    """What the things on one agenda were like at a moment."""

    def __init__(self, items: Iterable[AgendaItem], then: datetime.datetime) -> None:
        rows = list(items)
        self.then = then
        ids = {item.dispute_id for item in rows if item.dispute_id}
        self.tiers = _by_dispute(
            Tier.objects.filter(dispute__in=ids, entered_at__isnull=False)
            .select_related("forum")
            .order_by("number")
        )
        self.extensions = _by_dispute(
            Extension.objects.filter(dispute__in=ids, at__gt=then).order_by("-at", "-pk")
        )
        motions = {item.motion_id for item in rows if item.motion_id}
        self.decided = dict(Decision.objects.filter(motion__in=motions).values_list("motion", "at"))
        reviews = {item.review_id for item in rows if item.review_id}
        told = Explanation.objects.filter(review__in=reviews).order_by("-at", "-pk")
        self.explained = dict(told.values_list("review", "at"))  # the first of each stays
        kpis = {item.kpi_id for item in rows if item.kpi_id}
        lacking = SeriesStatus.objects.filter(
            missing_period_start__isnull=False, series__definition__kpi__in=kpis
        )
        self.lacking = set(lacking.values_list("series__definition__kpi", flat=True))

    def told(self, line: Line, row: Any) -> Line:
        """The line as it stood. What was over by then says how it ended; else what came since."""
        item = line.item
        if not item.outcome or item.kind in (Kind.OTHER, Kind.LOOK_AGAIN):
            return line
        if item.kind == Kind.END:
            return self._told_end(line)
        if item.kind == Kind.GAP:
            over = item.outcome in OVER or item.kpi_id in self.lacking
            return line if over else replace(line, since=_("reported"))
        end = self._end(row)
        if item.outcome in OVER or (end and end.at and end.at <= self.then):
            return replace(line, detail=str(end) if end else line.detail, day=None, is_over=True)
        stood = self._open(line, row)
        return replace(stood, since=str(end)) if end else stood

    def _end(self, row: Any) -> _End | None:
        """How the thing ended, if it has by now."""
        match row:
            case Dispute() if row.state != Dispute.State.OPEN:
                return _End(row.get_state_display(), row.ended_at)
            case Motion() if row.state != Motion.State.OPEN:
                return _End(row.get_state_display(), self.decided.get(row.pk))
            case Review() if row.state != Review.State.OPEN:
                return _End(row.get_state_display(), row.closed_at)
            case Action() if row.state != Action.State.OPEN:
                return _End(row.get_state_display(), row.verified_at or row.done_at)
            case Referral() if row.state != Referral.State.OPEN:
                return _End(row.get_state_display(), row.answered_at)
        return None

    def _open(self, line: Line, row: Any) -> Line:
        """What was waiting at the time, in the words and with the last day of then."""
        match row:
            case Dispute():
                return self._dispute(line, row)
            case Motion():
                return replace(line, detail=str(Motion.State.OPEN.label), is_over=False)
            case Review() if line.item.kind == Kind.REVIEW:
                return self._review(line, row)
        return replace(line, is_over=False)

    def _dispute(self, line: Line, row: Dispute) -> Line:
        """Open, at the tier of then, with its last day there."""
        entered = self.tiers.get(row.pk, [])
        past = [tier for tier in entered if tier.entered_at <= self.then]
        stood = replace(line, detail=str(Dispute.State.OPEN.label), day=None, is_over=False)
        if not past:  # it went to a conflict forum since: its former tiers are no longer its own
            here = entered[-1:]
            return replace(stood, since=_before(here[0])) if here else stood
        tier, now = past[-1], entered[-1]
        stood = replace(stood, day=self._last_day(tier))
        return stood if now.pk == tier.pk else replace(stood, since=_before(now))

    def _last_day(self, tier: Tier) -> datetime.date | None:
        """The last day at a tier as it was then: before any more time that was given since."""
        day = tier.deadline
        for given in self.extensions.get(tier.dispute_id, []):
            if given.after == day:
                day = given.before
        return day

    def _review(self, line: Line, row: Review) -> Line:
        """Under review, explained or not by then."""
        told = self.explained.get(row.pk)
        silent = row.unexplained_at is not None and row.unexplained_at <= self.then
        if silent and (told is None or told > self.then):
            since = str(_End(_("explained"), told)) if told else ""
            return replace(line, detail=_("not explained in time"), since=since, is_over=False)
        return replace(line, detail=str(Review.State.OPEN.label), is_over=False)

    def _told_end(self, line: Line) -> Line:
        """An end with the day that it had, and the day it has now."""
        day = datetime.date.fromisoformat(line.item.key.split(":")[2])
        moved = line.day is not None and line.day != day and line.item.outcome not in OVER
        since = _("ends on %(day)s") % {"day": days.in_words(line.day)} if moved else ""
        return replace(line, day=day, since=since)


def _before(tier: Tier) -> str:
    """Which forum has a dispute now, since when."""
    where = _("before %(forum)s") % {"forum": tier.forum}
    return str(_End(where, tier.entered_at))


def _by_dispute(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.dispute_id, []).append(row)
    return found
