"""The audit: finds what should have moved and did not, says so, and repairs nothing.

What it finds it keeps from when it was first found until it is gone. New findings are an
event, and the delivery unit is told once of each run that has some.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils.translation import ngettext

from ledger.rules.actors import Actor
from ledger.services import events, notices
from people.selectors import people
from reviews.models import AuditRun, Stall
from reviews.selectors import stalls

log = structlog.get_logger(__name__)

SWEEP = Actor.system("audit")
EVERY = timedelta(hours=1)
KEPT = timedelta(days=90)  # of runs; what was found is kept for good


@dataclass(slots=True)
class Report:
    """One run: how many are stuck, which of them were not known, how many are gone."""

    found: int = 0
    new: list[Stall] = field(default_factory=list)
    gone: int = 0


def run_due(*, at: datetime) -> Report | None:
    """The audit of this hour; None when it was made. So it does not wait for an hour to pass
    after a start, and a machine that is started anew every half hour is audited, too."""
    if AuditRun.objects.filter(at__gt=at - EVERY).exists():
        return None
    return run(at=at)


@transaction.atomic
def run(*, at: datetime) -> Report:
    """Run every check; keep what is found, from first seen until gone."""
    report, counts = Report(), dict[str, Any]()
    for code, (_label, check) in stalls.CHECKS.items():
        looked = _looked(check, code, at)
        if looked is None:
            counts[code] = {"failed": True}
            continue
        counts[code] = {"looked": looked.at, "found": len(looked.found)}
        _keep(code, looked, at, report)
    made = AuditRun.objects.create(at=at, counts=counts)
    AuditRun.objects.filter(at__lt=at - KEPT).delete()
    if report.new:
        _tell(made, report, at)
    return report


def _looked(check: stalls.Check, code: str, at: datetime) -> stalls.Looked | None:
    """What a check found; None when it broke, which is itself said on the page."""
    try:
        with transaction.atomic():
            return check(at)
    except Exception:  # whatever breaks one check must not hide what the others find
        log.exception("audit_check_failed", check=code)
        return None


def _keep(code: str, looked: stalls.Looked, at: datetime, report: Report) -> None:
    known = {row.key: row for row in Stall.objects.filter(check_code=code, gone_at=None)}
    found = {finding.key: finding for finding in looked.found}
    Stall.objects.filter(pk__in=[known[key].pk for key in known if key in found]).update(seen_at=at)
    gone = [row.pk for key, row in known.items() if key not in found]
    report.gone += Stall.objects.filter(pk__in=gone, gone_at=None).update(gone_at=at)
    report.found += len(found)
    for key in sorted(found.keys() - known.keys()):
        finding = found[key]
        stall, made = Stall.objects.get_or_create(
            check_code=code,
            key=key,
            gone_at=None,
            defaults={
                "detail": {"title": finding.title, **finding.detail},
                "url": finding.url[:300],
                "restricted": finding.restricted,
                "found_at": at,
                "seen_at": at,
            },
        )
        if made:
            report.new.append(stall)


def _tell(made: AuditRun, report: Report, at: datetime) -> None:
    """One event with the numbers of what is new, one notice to each of the delivery unit."""
    by_check: dict[str, int] = {}
    for stall in report.new:
        by_check[stall.check_code] = by_check.get(stall.check_code, 0) + 1
    event = events.record(
        verb="audit.found",
        subject=made,
        by=SWEEP,
        at=at,
        data={"new": by_check, "found": report.found},
    )
    count = len(report.new)
    title = ngettext(
        "The audit found one thing that stands still",
        "The audit found %(count)d things that stand still",
        count,
    ) % {"count": count}
    notices.notify(
        event=event,
        recipients=sorted(people.user_ids_in_role("delivery_unit")),
        title=title,
        url=reverse("reviews:health"),
    )
