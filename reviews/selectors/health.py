"""What the health page says: when the audit ran, what it looked at, what is stuck."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from people.selectors import people
from reviews.models import AuditRun, Dispute, Stall
from reviews.selectors import disputes, stalls

SILENT_AFTER = timedelta(hours=3)  # it runs every hour
GONE_SHOWN = 20
# Checks whose findings name nothing of the programmes.
MACHINERY = frozenset({"unsealed", "delivery", "detection", "fact"})


@dataclass(frozen=True)
class Checked:
    """One check as it last ran. ``stuck`` names what everybody here may read."""

    code: str
    label: Any
    looked: int
    stuck: list[Stall]
    hidden: int
    failed: bool = False

    @property
    def count(self) -> int:
        return len(self.stuck) + self.hidden


@dataclass(frozen=True)
class Health:
    """The page as a whole. ``is_silent``: the audit itself does not run; ``is_fresh``: it just ran."""

    last_run: datetime | None
    is_silent: bool
    checks: list[Checked] = field(default_factory=list)
    gone: list[Stall] = field(default_factory=list)
    overdue_at_top: list[Dispute] = field(default_factory=list)
    hidden_at_top: int = 0
    is_fresh: bool = False

    @property
    def stuck(self) -> list[Checked]:
        return [check for check in self.checks if check.count]

    @property
    def failed(self) -> list[Checked]:
        return [check for check in self.checks if check.failed]

    @property
    def is_well(self) -> bool:
        return bool(self.last_run) and not (self.is_silent or self.stuck or self.failed)


def health(user: Any, now: datetime) -> Health:
    """As the last run left it, with the time that has passed since. A handful of queries."""
    last = AuditRun.objects.first()
    named = set(stalls.CHECKS) if may_read_names(user) else MACHINERY
    stuck = list(Stall.objects.filter(gone_at=None).order_by("found_at", "pk"))
    at_top = disputes.overdue_at_top()
    readable = at_top.filter(pk__in=disputes.readable(user, now.date()).values("pk"))
    shown = list(readable.select_related("area__programme").order_by("overdue_at_top_since", "pk"))
    return Health(
        last_run=last.at if last else None,
        is_silent=last is None or now - last.at > SILENT_AFTER,
        checks=[_checked(code, last, stuck, code in named) for code in stalls.CHECKS],
        gone=list(_gone(named)),
        overdue_at_top=shown,
        hidden_at_top=at_top.count() - len(shown),
        is_fresh=last is not None and now - last.at < timedelta(minutes=1),
    )


def may_read_names(user: Any) -> bool:
    """Whether the names of disputes and reviews may be read here; else only the machinery's."""
    return people.is_delivery_unit(user) or people.is_auditor(user)


def _checked(code: str, last: AuditRun | None, stuck: Collection[Stall], is_named: bool) -> Checked:
    counted = (last.counts if last else {}).get(code, {})
    here = [stall for stall in stuck if stall.check_code == code]
    shown = [stall for stall in here if is_named and not stall.restricted]
    return Checked(
        code=code,
        label=stalls.CHECKS[code][0],
        looked=counted.get("looked", 0),
        stuck=shown,
        hidden=len(here) - len(shown),
        failed=bool(counted.get("failed")),
    )


def _gone(named: Collection[str]) -> QuerySet[Stall]:
    rows = Stall.objects.filter(gone_at__isnull=False, restricted=False, check_code__in=named)
    return rows.order_by("-gone_at", "-pk")[:GONE_SHOWN]
