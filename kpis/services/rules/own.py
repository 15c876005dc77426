"""A KPI's own setting of a rule, in place of the programme's, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi, Rule, RuleVersion
from kpis.rules import rules_catalogue
from kpis.services.rules import versions
from kpis.services.rules.versions import RuleRefused, Setting
from ledger.rules.actors import Actor


@transaction.atomic
def override(
    *,
    kpi: Kpi,
    kind: str,
    parameters: Mapping[str, Any],
    severity: str,
    enabled: bool = True,
    applies_from: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> RuleVersion:
    """Give one KPI its own rule of a kind, or a new version of it; it replaces the programme's.

    Raises RuleRefused as ``change`` does, and for a kind that looks at milestones.
    """
    if rules_catalogue.kind_of(kind).subject != "series":
        raise RuleRefused(
            _("This rule looks at milestones: it is set for the whole programme."), code="rule"
        )
    programme = kpi.area.programme
    rule, _made = Rule.objects.get_or_create(programme=programme, kpi=kpi, kind=kind)
    old = versions.newest(rule)
    if old is None or old.follows_programme:
        old = versions.newest_of_programme(programme, kind) or old
    setting = Setting(parameters, severity, enabled, applies_from, reason)
    version = versions.add(rule, old, setting, by, at)
    versions.touch(programme, kpi, at)
    return version


@transaction.atomic
def follow_programme(
    *, kpi: Kpi, kind: str, applies_from: date, reason: str, by: Actor, at: datetime
) -> RuleVersion:
    """Let the programme's setting apply to the KPI again; its own versions stay on record.

    The new version repeats the programme's setting as it is now; whatever that becomes
    later applies too. Raises RuleRefused without a reason, or when the KPI follows the
    programme already.
    """
    rule = Rule.objects.filter(kpi=kpi, kind=kind).select_related("programme", "kpi").first()
    old = versions.newest(rule) if rule is not None else None
    if rule is None or old is None or old.follows_programme:
        raise RuleRefused(
            _("The programme's setting applies to this KPI already."), code="unchanged"
        )
    general = versions.newest_of_programme(rule.programme, kind) or old
    setting = Setting(
        general.parameters, general.severity, general.enabled, applies_from, reason, True
    )
    version = versions.add(rule, old, setting, by, at)
    versions.touch(rule.programme, kpi, at)
    return version
