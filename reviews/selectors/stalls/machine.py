"""The machinery itself: seals, mails, detection, imports. In real time where it runs in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kpis.models import ImportJob, Series
from ledger import wallclock
from ledger.models import Delivery, Event
from reviews.selectors.stalls.found import HOURS, SWEEPS, Finding, Looked

SEALED_WITHIN = timedelta(minutes=5)
MOVING = ("reading", "checking", "comparing", "loading", "undoing")


def unsealed(_at: datetime) -> Looked:
    """Lines of the ledger that nobody sealed within minutes, counted together."""
    waiting = Event.objects.filter(number=None)
    late = waiting.filter(recorded_at__lt=wallclock.now() - SEALED_WITHIN).count()
    title = _("%(count)d lines of the ledger are not sealed") % {"count": late}
    found = [Finding("ledger:unsealed", title, detail={"count": late})] if late else []
    return Looked(waiting.count(), found)


def deliveries(_at: datetime) -> Looked:
    """Mails due for hours, or claimed by a sender that never came back."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    before = wallclock.now() - HOURS
    late = waiting.filter(
        Q(due_at__lt=before) & (Q(claimed_until=None) | Q(claimed_until__lt=before))
    )
    found = [
        Finding(f"delivery:{pk}", _("Mail %(number)d") % {"number": pk}, restricted=True)
        for pk in late.order_by("pk").values_list("pk", flat=True)
    ]
    return Looked(waiting.count(), found)


def detection(at: datetime) -> Looked:
    """Series whose new values were not looked at within minutes, counted together."""
    waiting = Series.objects.filter(changed_at__isnull=False)
    late = waiting.filter(changed_at__lt=at - SWEEPS).count()
    title = _("%(count)d KPIs or parts with new values were not looked at") % {"count": late}
    found = [Finding("series:changed", title, detail={"count": late})] if late else []
    return Looked(waiting.count(), found)


def imports(_at: datetime) -> Looked:
    """Imports at work whose last turn was taken hours ago."""
    moving = ImportJob.objects.filter(state__in=MOVING)
    before = wallclock.now() - HOURS
    late = moving.filter(Q(taken_at__lt=before) | Q(taken_at=None, at__lt=_at - HOURS))
    found = [
        Finding(f"import:{pk}", name, reverse("kpis:import", args=[pk]))
        for pk, name in late.order_by("pk").values_list("pk", "file_name")
    ]
    return Looked(moving.count(), found)
