"""Who answers for a KPI, what stands beside it, who may see it, and its end."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from kpis.models import Component, Deviation, Hold, Kpi, Series, Target
from kpis.selectors import kpis as selectors
from kpis.services import series as series_service
from kpis.services.kpis.checks import (
    KpiRefused,
    check_open,
    check_owners,
    check_pair,
    record,
)
from kpis.services.readings.checks import business_date
from labs.models import Change, Revision
from ledger.rules.actors import Actor
from people.models import Post


class Keep:
    """Stands for "as it is" where None means "none"."""


KEEP: Final = Keep()


def assign(
    *,
    kpi: Kpi,
    owner: Post | None,
    verifier: Post | None,
    goal_key: UUID | None = None,
    quality_pair: Kpi | Keep | None = KEEP,
    by: Actor,
    at: datetime,
) -> Kpi:
    """Name who answers for the KPI, who verifies it, which goal it measures, what is beside it.

    ``goal_key`` None leaves the goal as it is; ``quality_pair`` None takes the pair away.
    Raises KpiRefused.
    """
    with transaction.atomic():
        check_open(kpi.area)
        check_owners(owner, verifier)
        pair = kpi.quality_pair if isinstance(quality_pair, Keep) else quality_pair
        check_pair(kpi, kpi.area, pair)
        _check_goal(kpi, goal_key)
        data: dict[str, object] = {
            "owner_before": kpi.owner_id,
            "verifier_before": kpi.verifier_id,
            "quality_pair_before": kpi.quality_pair_id,
        }
        kpi.owner, kpi.verifier, kpi.quality_pair = owner, verifier, pair
        kpi.goal_key = goal_key or kpi.goal_key
        kpi.save(update_fields=["owner", "verifier", "quality_pair", "goal_key"])
        data |= {
            "owner": kpi.owner_id,
            "verifier": kpi.verifier_id,
            "quality_pair": kpi.quality_pair_id,
            "goal": str(kpi.goal_key) if kpi.goal_key else None,
        }
        record(kpi, "kpi.assigned", by, at, data)
        if data["quality_pair"] != data["quality_pair_before"]:
            series_service.touch(
                series_ids=selectors.series_of(kpi).values_list("pk", flat=True), at=at
            )
        return kpi


def _check_goal(kpi: Kpi, goal_key: UUID | None) -> None:
    """A KPI in dispute stays with its goal: elsewhere the goal would change without it."""
    moves = goal_key is not None and kpi.goal_key is not None and goal_key != kpi.goal_key
    if moves and Hold.objects.filter(kpi=kpi, lifted_at=None).exists():
        said = _(
            "This KPI is in dispute. Until the dispute ends, or the forum that has it lifts the"
            " hold, it measures the goal it measures now."
        )
        raise KpiRefused(fields={"goal_key": said})


def restrict(*, kpi: Kpi, forums: list[Forum], by: Actor, at: datetime) -> Kpi:
    """Let only these forums, and whom they answer to, see the KPI; none lifts the restriction."""
    with transaction.atomic():
        kpi.restricted_to.set(forums)
        record(kpi, "kpi.restricted", by, at, {"forums": sorted(forum.pk for forum in forums)})
        return kpi


def retire(*, kpi: Kpi, reason: str, by: Actor, at: datetime) -> Kpi:
    """End a KPI that nobody should report any more, such as one set up by mistake.

    It stays readable. What a plan promises is not ended this way: raises KpiRefused
    while a plan or a draft has targets for it, while a deviation is open, without a
    reason, or when it has ended already.
    """
    with transaction.atomic():
        check_open(kpi.area)
        if not reason.strip():
            raise KpiRefused(_("Say why the KPI ends."), fields={"reason": "reason"})
        _check_free_to_end(kpi)
        today = business_date(kpi.area.programme, at)
        if Kpi.objects.filter(pk=kpi.pk, retired_on=None).update(retired_on=today) != 1:
            raise KpiRefused(_("This KPI has ended already."))
        kpi.retired_on = today
        record(kpi, "kpi.retired", by, at, {"on": today}, {"reason": reason.strip()})
        return kpi


def _check_free_to_end(kpi: Kpi) -> None:
    series = Series.objects.filter(definition__kpi=kpi)
    promised = Target.objects.filter(series__in=series, until_change=None, change__isnull=False)
    drafted = Change.objects.filter(
        part=Change.Part.TARGET,
        key__in=series.values("key"),
        revision__state__in=(Revision.State.DRAFT, Revision.State.SUBMITTED),
    )
    if promised.exists() or drafted.exists():
        raise KpiRefused(
            _("A plan has targets for this KPI. Take them out by a revision of the plan first.")
        )
    if Deviation.objects.filter(series__in=series, closed_at=None).exists():
        raise KpiRefused(_("A deviation of this KPI is open. Close its review first."))
    used = Component.objects.filter(
        kpi=kpi,
        definition__in=selectors.newest_definitions().exclude(composition=""),
        definition__kpi__retired_on=None,
    )
    if used.exists():
        raise KpiRefused(
            _("Another KPI is worked out from this one. Take it out of that definition first.")
        )
