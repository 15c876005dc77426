"""Initiatives and windows with the end they come to, and what was chosen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from labs.models import EndChoice, Initiative, Plan, Programme, Window
from labs.rules import endings
from labs.selectors.waits import RUNNING


@dataclass(frozen=True)
class End:
    """An initiative (``plan`` and ``key``) or a window, its end, and how it stands with it."""

    title: str
    ends_on: date
    state: str
    plan: Plan | None = None
    key: uuid.UUID | None = None
    window: Window | None = None
    lead: Any = None
    chosen: EndChoice | None = None
    last_day: date | None = None

    @property
    def is_pressing(self) -> bool:
        return self.state in endings.PRESSING

    @property
    def is_flagged(self) -> bool:
        """Past its end, and nobody has chosen; or not adapted by the day that was set."""
        return self.state in (endings.EXPIRED, endings.OVERDUE)


def initiatives(plans: Iterable[int] | QuerySet[Plan], on: date) -> list[End]:
    """The initiatives in force of these plans that have an end, earliest first. Two queries."""
    rows = list(
        Initiative.objects.filter(**RUNNING, plan__in=plans)
        .exclude(Q(expires_on=None) & Q(wind_down_until=None))
        .select_related(
            "lead__organisation", "plan__lab__area__home_forum", "plan__lab__area__programme"
        )
        .order_by("expires_on", "pk")
    )
    choices = _choices(initiative_key__in={row.key for row in rows}) if rows else {}
    return [_of_initiative(row, choices, on) for row in rows]


def _of_initiative(row: Any, choices: dict[tuple[Any, date], EndChoice], on: date) -> End:
    ends_on = row.expires_on or row.wind_down_until
    chosen = choices.get((row.key, ends_on))
    return End(
        title=row.title,
        ends_on=ends_on,
        state=endings.state(
            row.expires_on,
            on,
            wind_down_until=row.wind_down_until,
            choice=chosen.choice if chosen else "",
            until=chosen.until if chosen else None,
            alert_days=max(endings.ALERT_DAYS, row.plan.lab.area.home_forum.meets_every_days),
        ),
        plan=row.plan,
        key=row.key,
        lead=row.lead,
        chosen=chosen,
        last_day=row.wind_down_until,
    )


def windows(programme: Programme, on: date) -> list[End]:
    """The windows of a programme with how they stand, earliest end first. Two queries."""
    rows = list(Window.objects.filter(programme=programme).order_by("closes_on", "pk"))
    choices = _choices(window__in=rows) if rows else {}
    return [_of_window(row, choices.get((row.pk, row.closes_on)), on) for row in rows]


def _of_window(row: Window, chosen: EndChoice | None, on: date) -> End:
    return End(
        title=row.title,
        ends_on=row.closes_on,
        state=endings.state(
            row.closes_on,
            on,
            choice=chosen.choice if chosen else "",
            until=chosen.until if chosen else None,
            alert_days=row.alert_days,
        ),
        window=row,
        chosen=chosen,
        last_day=chosen.until if chosen and chosen.choice == endings.STOP else None,
    )


def _choices(**where: Any) -> dict[tuple[Any, date], EndChoice]:
    found = EndChoice.objects.filter(**where).select_related("decision__motion")
    return {(row.initiative_key or row.window_id, row.end_on): row for row in found}


def of_plan(plan: Plan, on: date) -> dict[str, End]:
    """The ends of one plan's initiatives, by key as text."""
    return {str(end.key): end for end in initiatives([plan.pk], on)}


def one_initiative(plan: Plan, key: uuid.UUID, on: date) -> End | None:
    """The end of one initiative in force, None if it has none."""
    return of_plan(plan, on).get(str(key))


def one_window(window: Window, on: date) -> End:
    """How one window stands."""
    chosen = _choices(window=window).get((window.pk, window.closes_on))
    return _of_window(window, chosen, on)
