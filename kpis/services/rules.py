"""Rules of a programme: versioned settings, each with its reason (fact 13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi, Rule, RuleVersion, Series
from kpis.models.findings import Severity
from kpis.rules import rules_catalogue
from kpis.services import series as series_service
from labs.models import Programme
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act


class RuleRefused(Refused):
    """A rule that cannot be set as asked."""

    code = "rule"


def install_defaults(
    *, programme: Programme, applies_from: date, by: Actor, at: datetime
) -> list[Rule]:
    """Give the programme one rule of each kind at its default settings. Safe to repeat."""
    with transaction.atomic():
        known = set(
            Rule.objects.filter(programme=programme, kpi=None).values_list("kind", flat=True)
        )
        made = []
        for key, kind in rules_catalogue.KINDS.items():
            if key in known:
                continue
            rule = Rule.objects.create(programme=programme, kind=key)
            RuleVersion.objects.create(
                rule=rule,
                version=1,
                parameters=kind.defaults(),
                severity=kind.severity,
                applies_from=applies_from,
                reason="Default settings",
                at=at,
                **Act.fields_of(by),
            )
            made.append(rule)
        if made:
            _touch(programme, None, at)
            events.record(
                verb="rules.installed",
                subject=programme,
                by=by,
                at=at,
                data={"kinds": [rule.kind for rule in made], "applies_from": applies_from},
                programme_id=programme.pk,
            )
        return made


def change(
    *,
    rule: Rule,
    parameters: Mapping[str, Any],
    severity: str,
    enabled: bool = True,
    applies_from: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> RuleVersion:
    """Start a new version of the settings; what fired before stays as it was.

    The event says which tolerances were widened and whether the rule was softened.
    Raises RuleRefused without a reason or without a change.
    """
    with transaction.atomic():
        old = rule.versions.order_by("-version").first()
        version = _new_version(
            rule, old, parameters, severity, enabled, applies_from, reason, by, at
        )
        _touch(rule.programme, rule.kpi, at)
        return version


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
    """Give one KPI its own rule of a kind, or a new version of it; it replaces the programme's."""
    with transaction.atomic():
        programme = kpi.area.programme
        rule, _made = Rule.objects.get_or_create(programme=programme, kpi=kpi, kind=kind)
        old = rule.versions.order_by("-version").first()
        general = (
            RuleVersion.objects.filter(rule__programme=programme, rule__kpi=None, rule__kind=kind)
            .order_by("-version")
            .first()
        )
        version = _new_version(
            rule, old or general, parameters, severity, enabled, applies_from, reason, by, at
        )
        _touch(programme, kpi, at)
        return version


def _new_version(
    rule: Rule,
    old: RuleVersion | None,
    parameters: Mapping[str, Any],
    severity: str,
    enabled: bool,
    applies_from: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> RuleVersion:
    """Check and write one version with its event; ``old`` is what applied until now."""
    if rule.programme.is_closed:
        raise RuleRefused(
            _("The programme is closed: it can be read and not changed."), code="programme_closed"
        )
    if not reason.strip():
        raise RuleRefused(_("Say why."), fields={"reason": str(_("Say why."))})
    if severity not in Severity.values:
        raise RuleRefused(
            _("Choose what follows when the rule fires."),
            fields={"severity": str(_("Choose one of those offered."))},
        )
    cleaned = rules_catalogue.clean(rule.kind, parameters)
    fields = {"parameters": cleaned, "severity": severity, "enabled": enabled}
    same = old is not None and old.rule_id == rule.pk
    if same and all(getattr(old, name) == value for name, value in fields.items()):
        raise RuleRefused(_("Nothing would change. Change a setting first."), code="unchanged")
    number = (rule.versions.aggregate(n=Max("version"))["n"] or 0) + 1
    version = RuleVersion(
        rule=rule,
        version=number,
        applies_from=applies_from,
        reason=reason.strip(),
        at=at,
        **fields,
        **Act.fields_of(by),
    )
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        raise RuleRefused(
            _("Somebody else changed this rule just now. Look at it and try again."), code="stale"
        ) from error
    _record(version, old, by, at)
    return version


def _record(version: RuleVersion, old: RuleVersion | None, by: Actor, at: datetime) -> None:
    kind = version.rule.kind
    data: dict[str, Any] = {
        "kind": kind,
        "kpi": version.rule.kpi_id,
        "version": version.version,
        "parameters": version.parameters,
        "severity": version.severity,
        "enabled": version.enabled,
        "applies_from": version.applies_from,
    }
    if old is not None:
        data["widened"] = rules_catalogue.widened(kind, old.parameters, version.parameters)
        data["softened"] = rules_catalogue.softened(old.severity, version.severity) or (
            old.enabled and not version.enabled
        )
    events.record(
        verb="rule.changed",
        subject=version.rule,
        by=by,
        at=at,
        data=data,
        texts={"reason": version.reason},
        programme_id=version.rule.programme_id,
        restricted=version.rule.kpi is not None and version.rule.kpi.restricted_to.exists(),
    )


def _touch(programme: Programme, kpi: Kpi | None, at: datetime) -> None:
    """Every series concerned is looked at again."""
    concerned = Series.objects.filter(definition__kpi__area__programme=programme)
    if kpi is not None:
        concerned = concerned.filter(definition__kpi=kpi)
    series_service.touch(series_ids=concerned.values_list("pk", flat=True), at=at)
