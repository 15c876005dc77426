"""Windows of opportunity: kept, used by milestones, and told of before they close."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labs.models import Programme, Window
from labs.rules import windows as rules
from labs.selectors import windows as selectors
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people import days

BY = Actor.system("alert before windows close")
STEPS_MAX = 200


class WindowRefused(Refused):
    message = gettext_lazy("The window cannot be kept like this. Mend what is marked.")
    code = "window"


@transaction.atomic
def add(
    *,
    programme: Programme,
    title: str,
    opens_on: date,
    closes_on: date,
    pays_off_on: date | None = None,
    alert_days: int = 180,
    text: str = "",
    by: Actor,
    at: datetime,
) -> Window:
    """Keep a window; those concerned are told ``alert_days`` before it closes.

    Raises WindowRefused (dates out of order), ProgrammeClosed.
    """
    if programme.is_closed:
        raise ProgrammeClosed
    title = _checked(title, opens_on, closes_on, pays_off_on)
    if programme.windows.filter(title=title, closes_on=closes_on).exists():
        raise WindowRefused(fields={"title": _("This window is kept already.")})
    window = Window.objects.create(
        programme=programme,
        title=title,
        text=text.strip(),
        opens_on=opens_on,
        closes_on=closes_on,
        pays_off_on=pays_off_on,
        alert_days=alert_days,
        at=at,
        **Window.fields_of(by),
    )
    _record("window.added", window, by, at)
    return window


@transaction.atomic
def change(
    *,
    window: Window,
    title: str,
    opens_on: date,
    closes_on: date,
    pays_off_on: date | None,
    alert_days: int,
    text: str,
    by: Actor,
    at: datetime,
) -> Window:
    """Change what is known of it. A later closing day is told of anew before it comes.

    Raises WindowRefused, ProgrammeClosed.
    """
    if window.programme.is_closed:
        raise ProgrammeClosed
    title = _checked(title, opens_on, closes_on, pays_off_on)
    if closes_on != window.closes_on:
        window.alerted_at = None
    window.title, window.text = title, text.strip()
    window.opens_on, window.closes_on = opens_on, closes_on
    window.pays_off_on, window.alert_days = pays_off_on, alert_days
    window.save(
        update_fields=[
            "title",
            "text",
            "opens_on",
            "closes_on",
            "pays_off_on",
            "alert_days",
            "alerted_at",
        ]
    )
    _record("window.changed", window, by, at)
    return window


@transaction.atomic
def use(*, window: Window, steps: Iterable[uuid.UUID], by: Actor, at: datetime) -> Window:
    """Say which steps make use of the window: these and no others. Raises WindowRefused."""
    if window.programme.is_closed:
        raise ProgrammeClosed
    keys = sorted({str(key) for key in steps})
    if len(keys) > STEPS_MAX:
        raise WindowRefused(
            _("At most %(count)d steps can be named. Name those that decide it.")
            % {"count": STEPS_MAX}
        )
    if keys != window.milestones:
        window.milestones = keys
        window.save(update_fields=["milestones"])
        _record("window.used", window, by, at)
    return window


def alert_due(*, at: datetime) -> int:
    """Tell those concerned of every window that closes soon; each once. Returns how many."""
    return sum(alert(window_id=pk, at=at) for pk in selectors.to_alert(at))


@transaction.atomic
def alert(*, window_id: int, at: datetime) -> bool:
    """Tell the delivery unit and the owners of the steps that use it; once per closing day."""
    claimed = Window.objects.filter(pk=window_id, alerted_at=None).update(alerted_at=at)
    if claimed != 1:
        return False
    window = Window.objects.select_related("programme").get(pk=window_id)
    event = _record("window.alerted", window, BY, at)
    notices.notify(
        event=event,
        recipients=selectors.concerned(window, at.date()),
        title=_("The window “%(window)s” closes on %(day)s")
        % {"window": window.title, "day": days.in_words(window.closes_on)},
        url=reverse("labs:window", args=[window.programme.code, window.pk]),
    )
    return True


def _checked(title: str, opens_on: date, closes_on: date, pays_off_on: date | None) -> str:
    texts = {
        "closes_on": _("The window must not close before it opens."),
        "pays_off_on": _("It cannot pay off before it opens."),
    }
    found = rules.problems(opens_on, closes_on, pays_off_on)
    wrong = {field: texts[field] for field in found}
    title = title.strip()
    if not title or len(title) > 200:
        wrong["title"] = _("Write a name of at most 200 characters.")
    if wrong:
        raise WindowRefused(fields=wrong)
    return title


def _record(verb: str, window: Window, by: Actor, at: datetime) -> events.Event:
    return events.record(
        verb=verb,
        subject=window,
        by=by,
        at=at,
        data={
            "opens_on": window.opens_on,
            "closes_on": window.closes_on,
            "pays_off_on": window.pays_off_on,
            "alert_days": window.alert_days,
            "steps": len(window.milestones),
        },
        texts={"title": window.title},
        programme_id=window.programme_id,
    )
