"""Windows of opportunity: which close soon, who is concerned, and what makes use of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from labs.models import Milestone, Programme, Window
from labs.rules import windows as rules
from labs.selectors import labs
from people.models.access import Role
from people.selectors import people


@dataclass(frozen=True)
class WindowLine:
    """A window with its countdown on a day."""

    window: Window
    state: str
    days_left: int
    alert_on: date

    @property
    def is_near(self) -> bool:
        """Whether it is open and closes soon."""
        return self.state == "open" and self.days_left <= self.window.alert_days


def line(window: Window, on: date) -> WindowLine:
    """The window as it stands on a day."""
    return WindowLine(
        window=window,
        state=rules.state(window.opens_on, window.closes_on, on),
        days_left=rules.days_left(window.closes_on, on),
        alert_on=rules.alert_on(window.closes_on, window.alert_days),
    )


def of(programme: Programme, on: date, state: str = "") -> QuerySet[Window]:
    """The windows of a programme; ``state``: ahead, open or closed on the day."""
    found = Window.objects.filter(programme=programme)
    if state == "ahead":
        return found.filter(opens_on__gt=on)
    if state == "open":
        return found.filter(opens_on__lte=on, closes_on__gte=on)
    if state == "closed":
        return found.filter(closes_on__lt=on).order_by("-closes_on", "-pk")
    return found


def to_alert(at: datetime) -> list[int]:
    """Ids of windows that close soon and were not told of; one that has closed is not.

    A window counts ``alert_days`` of its own, so the day is compared row by row; the
    rows are those that nobody was told of and that are still open.
    """
    on = at.date()
    open_ones = Window.objects.filter(
        alerted_at=None, closes_on__gte=on - timedelta(days=1), programme__closed_at=None
    ).only("closes_on", "alert_days", "programme__time_zone")
    return [
        window.pk
        for window in open_ones.select_related("programme")
        if rules.alert_on(window.closes_on, window.alert_days)
        <= at.astimezone(ZoneInfo(window.programme.time_zone)).date()
        <= window.closes_on
    ]


def concerned(window: Window, on: date) -> set[int]:
    """Users to tell: the delivery unit and who holds the posts that own its steps."""
    owners = Milestone.objects.filter(key__in=window.milestones, until_revision=None)
    posts = set(owners.exclude(owner=None).values_list("owner", flat=True))
    return people.user_ids_in_role(Role.DELIVERY_UNIT) | people.user_ids_holding(posts, on)


@dataclass(frozen=True)
class Steps:
    """The steps in force that make use of a window; ``hidden`` counts those not readable."""

    shown: list[Milestone]
    hidden: int


def steps(window: Window, user: Any, on: date) -> Steps:
    """The steps that make use of a window, as far as ``user`` may read them."""
    used = Milestone.objects.filter(key__in=window.milestones, until_revision=None)
    readable = labs.readable_plan_ids(user, on)
    shown = used.filter(plan__in=readable).select_related("owner__organisation", "plan__lab")
    rows = list(shown)
    return Steps(rows, used.count() - len(rows))


def using(key: uuid.UUID, programme: Programme) -> list[Window]:
    """The windows of a programme that a step makes use of."""
    found = Window.objects.filter(programme=programme).exclude(milestones=[])
    return [window for window in found if str(key) in window.milestones]


def search_steps(
    programme: Programme, user: Any, on: date, words: str, also: Iterable[str] = (), limit: int = 50
) -> list[Milestone]:
    """Steps in force whose title holds ``words``, and those with the keys ``also``."""
    readable = labs.readable_plans(user, on).filter(lab__area__programme=programme)
    held = Milestone.objects.filter(plan__in=readable.values("pk"), until_revision=None)
    held = held.select_related("plan__lab", "owner__organisation")
    chosen = list(held.filter(key__in=list(also)))
    found = list(held.filter(title__icontains=words)[:limit]) if words else []
    known = {each.pk for each in chosen}
    return chosen + [each for each in found if each.pk not in known]
