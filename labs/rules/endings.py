"""How an initiative or a window stands with its end, and what a choice about it must say.

An end forces a choice: continue, adapt or stop. Past its end without one a thing is
flagged; it is never stopped by silence.
"""

from __future__ import annotations

from datetime import date

CONTINUE, ADAPT, STOP = "continue", "adapt", "stop"
CHOICES = (CONTINUE, ADAPT, STOP)
ALERT_DAYS = 30  # days before an expiry from which the choice is asked for

OPEN_ENDED, RUNNING, SOON, EXPIRED = "open_ended", "running", "soon", "expired"
ADAPTING, OVERDUE, WINDING_DOWN, STOPPED = "adapting", "overdue", "winding_down", "stopped"
# States in which somebody has to act.
PRESSING = (EXPIRED, OVERDUE, SOON)


def state(
    ends_on: date | None,
    on: date,
    *,
    wind_down_until: date | None = None,
    choice: str = "",
    until: date | None = None,
    alert_days: int = ALERT_DAYS,
) -> str:
    """How a thing that ends on ``ends_on`` stands on a day.

    ``choice`` and ``until``: what was decided about that end. Soon: the end comes within
    ``alert_days``. Expired: past it, no choice made. Overdue: it was to be adapted by
    ``until`` and still ends as before.
    """
    stop = wind_down_until or (until or ends_on if choice == STOP else None)
    if stop is not None:
        return WINDING_DOWN if on <= stop else STOPPED
    if ends_on is None:
        return OPEN_ENDED
    if choice == ADAPT:
        return ADAPTING if until is None or on <= until else OVERDUE
    if on > ends_on:
        return EXPIRED
    return SOON if (ends_on - on).days <= alert_days else RUNNING


def problems(
    choice: str, until: date | None, *, ends_on: date, on: date, needs_last_day: bool = True
) -> dict[str, str]:
    """What a choice lacks: codes by field. ``needs_last_day``: stopping names its last day."""
    if choice not in CHOICES:
        return {"choice": "unknown"}
    if until is None:
        wanted = choice != STOP or needs_last_day
        return {"until": f"{choice}_until"} if wanted else {}
    if choice == CONTINUE and (until <= ends_on or until <= on):
        return {"until": "not_later"}
    if choice == ADAPT and until < on:
        return {"until": "past"}
    if choice == STOP and until < ends_on:
        return {"until": "before_end"}
    return {}
